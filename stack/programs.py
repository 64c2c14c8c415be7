"""What runs: every process of a native stack, with its command, its port and its sign of health."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from services.core.settings import Settings
from stack import environment, grafana, mariadb, mosquitto, nodejs
from stack.addresses import LOOPBACK
from stack.choice import Choice
from stack.layout import Layout
from stack.ports import Ports
from stack.processes import Process

GROUND = ("mariadb", "mosquitto")
SERVICES = ("hub", "detector", "notifier", "scribe", "keeper", "plates", "ftp", "snapshot", "recorder")
BRIDGE = "bridge"
DEMO = "demo"
GRAFANA = "grafana"


@dataclass(frozen=True)
class Program:
    """One supervised process. `ready` is the page that answers 200 once it can work; `stop_s` its time to end."""

    name: str
    command: list[str]
    port: int | None = None
    ready: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    stop_s: int = 15


def programs(layout: Layout, ports: Ports, settings: Settings, choice: Choice) -> list[Program]:
    """All processes of this stack, those that others stand on first."""
    made = [*ground(layout, ports), *services(layout, ports), node_red(layout, ports, settings)]
    if settings.rabbitmq_host:
        made.append(_service(BRIDGE, ports.bridge, environment.broker_user(layout, BRIDGE)))
    if choice.grafana:
        made.append(_grafana(layout, ports, settings))
    if choice.demo:
        made.append(
            Program(DEMO, [sys.executable, "-m", "node_agent", "--config", str(layout.data / "demo" / "agent.yaml")])
        )
    return made


def ground(layout: Layout, ports: Ports) -> list[Program]:
    """Database and broker."""
    return [
        Program("mariadb", mariadb.command(layout, ports.mariadb), ports.mariadb, stop_s=120),
        Program("mosquitto", mosquitto.command(layout.data / "mosquitto"), ports.mosquitto),
    ]


def services(layout: Layout, ports: Ports) -> list[Program]:
    """The Python services and the gallery."""
    made = [_service(name, getattr(ports, f"{name}_health" if name in ("hub", "ftp") else name)) for name in SERVICES]
    gallery = Program(
        "gallery",
        [sys.executable, "-m", "flaskapp"],
        ports.gallery,
        f"http://{LOOPBACK}:{ports.gallery}/readyz",
        environment.broker_user(layout, "gallery"),
    )
    return [*made, gallery]


def node_red(layout: Layout, ports: Ports, settings: Settings) -> Program:
    """Node-RED, by the real binary: a wrapper would not pass the signals on."""
    return Program(
        "node-red",
        nodejs.node_red_command(layout.data / "nodered"),
        ports.node_red,
        f"http://{LOOPBACK}:{ports.node_red}/",
        environment.node_red(layout, ports, settings),
    )


def stop_order() -> list[Callable[[Process], bool]]:
    """In which order to end processes without a supervisor: it first, then what stands on others, then these."""
    return [
        lambda process: process.program == "",
        lambda process: process.program not in GROUND,
        lambda process: True,
    ]


def _service(name: str, port: int, more: dict[str, str] | None = None) -> Program:
    return Program(
        name,
        [sys.executable, "-m", f"services.{name}"],
        port,
        f"http://{LOOPBACK}:{port}/readyz",
        {"HEARTHWATCH_HEALTH_PORT": str(port)} | (more or {}),
    )


def _grafana(layout: Layout, ports: Ports, settings: Settings) -> Program:
    return Program(
        GRAFANA,
        grafana.command(),
        ports.grafana,
        f"http://{LOOPBACK}:{ports.grafana}/api/health",
        environment.grafana(layout, ports, settings),
    )


def log_of(layout: Layout, program: str) -> Path:
    """Where a process' output goes."""
    return layout.log / f"{program}.log"
