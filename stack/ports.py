"""Which port each process listens on, and who holds a port that is taken."""

import errno
import socket
from dataclasses import dataclass, fields
from pathlib import Path

from services.core.settings import Settings
from stack.addresses import EVERYWHERE, LOOPBACK
from stack.problem import StackError

HEALTH_FIRST = 9101


@dataclass(frozen=True)
class Ports:
    """One stack's ports; the last eight are the services' health pages."""

    mariadb: int
    mosquitto: int
    hub: int
    gallery: int
    node_red: int
    grafana: int
    hub_health: int
    detector: int
    notifier: int
    scribe: int
    keeper: int
    plates: int
    bridge: int
    recorder: int

    @classmethod
    def of(cls, settings: Settings, offset: int) -> "Ports":
        """The set ports, each with the offset added. Raises `StackError` when one is no port any more."""
        health = settings.health_port or HEALTH_FIRST
        bases = [settings.db_port, settings.mqtt_port, settings.hub_port, settings.gallery_port]
        bases += [settings.node_red_port, settings.grafana_port, *range(health, health + 8)]
        wrong = [base for base in bases if not 0 < base + offset < 65536]
        if wrong:
            raise StackError(
                f"port {wrong[0]} with --port-offset {offset} is {wrong[0] + offset}: choose another offset"
            )
        return cls(*(base + offset for base in bases))


KEYS = {
    "mariadb": "HEARTHWATCH_DB_PORT",
    "mosquitto": "HEARTHWATCH_MQTT_PORT",
    "hub": "HEARTHWATCH_HUB_PORT",
    "gallery": "HEARTHWATCH_GALLERY_PORT",
    "node_red": "HEARTHWATCH_NODE_RED_PORT",
    "grafana": "HEARTHWATCH_GRAFANA_PORT",
}
HEALTH_KEY = "HEARTHWATCH_HEALTH_PORT"


def refuse_taken(ports: Ports, everywhere: set[str], without: set[str]) -> None:
    """Raises `StackError` naming each taken port, its process, who holds it and what to change.

    `everywhere` are the processes that listen on every address; `without` are those that are not started.
    """
    taken = [
        _complaint(field.name, getattr(ports, field.name))
        for field in fields(ports)
        if field.name not in without
        and is_taken(getattr(ports, field.name), EVERYWHERE if field.name in everywhere else LOOPBACK)
    ]
    if taken:
        raise StackError("\n".join(taken) + "\nor move all ports with --port-offset N, such as --port-offset 10000")


def is_taken(port: int, host: str = LOOPBACK) -> bool:
    """Whether another process keeps us from listening there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise StackError(f"may not listen on {host}:{port}: {error.strerror}") from error
    return False


def holder(port: int) -> str | None:
    """The process that listens on a port, as `name (pid)`; None when it cannot be told (another user's)."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listening(Path("/proc/net") / table, port)}
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for entry in Path("/proc").glob("[0-9]*"):
        if wanted and _holds(entry, wanted):
            return f"{(entry / 'comm').read_text().strip()} (process {entry.name})"
    return None


def _complaint(name: str, port: int) -> str:
    who = holder(port)
    key = KEYS.get(name, HEALTH_KEY)
    what = name.replace("_", "-").removesuffix("-health")
    taken = f"port {port}, wanted by {what}, is taken by {who or 'another process'}"
    return f"{taken}: stop that, or set {key} to another port"


def _listening(table: Path, port: int) -> list[str]:
    # Columns of /proc/net/tcp: see proc_pid_net(5); state 0A is LISTEN.
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == "0A" and int(row[1].rsplit(":", 1)[1], 16) == port]


def _holds(entry: Path, wanted: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in wanted for link in (entry / "fd").iterdir())
    except OSError:
        return False
