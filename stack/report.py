"""`scripts/status`: processes, ports, health, memory and what waits."""

import http.client
import json
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import SQLAlchemyError

from services.core.settings import Settings, load
from services.store import figures
from services.store.engine import connect
from stack.addresses import LOOPBACK
from stack.layout import Layout
from stack.ports import Ports
from stack.processes import Process, marked, memory_mb
from stack.programs import GRAFANA, Program, programs
from stack.running import addresses
from stack.state import read_state, settings_of
from stack.supervision import Supervisor
from stack.wellness import DIRECT, PATIENCE_S, healthy

COLUMNS = "{name:<12} {state:<10} {pid:>8} {port:>6} {memory:>8}  {healthy}"


def status(layout: Layout, as_json: bool) -> int:
    """The command; 0 when everything is healthy, else 1."""
    found = gather(layout)
    print(json.dumps(found, indent=2) if as_json else in_words(found))
    return 0 if found["healthy"] else 1


def gather(layout: Layout) -> dict[str, Any]:
    """All figures. `memory_mb` is without Grafana; `queues` and `spool_depth` are null when they cannot be had."""
    state = read_state(layout)
    living = marked(layout.data)
    states = Supervisor(layout).states() if state else {}
    head: dict[str, Any] = {"data": str(layout.data), "running": bool(states), "healthy": False}
    if state is None or not states:
        return head | {"processes": [], "left_over": [process.pid for process in living]}
    settings = load(data_dir=layout.data)
    rows = _rows(programs(layout, state.ports, settings, state.choice), states, living)
    return head | {
        "healthy": all(row["healthy"] for row in rows),
        "processes": rows,
        "queues": _queues(settings_of(layout, state.ports)),
        "spool_depth": spool_depth(state.ports),
        "memory_mb": round(sum(row["memory_mb"] for row in rows if row["name"] != GRAFANA), 1),
        "urls": addresses(state),
    }


def in_words(found: dict[str, Any]) -> str:
    """The figures as a table."""
    if not found["running"]:
        left = found["left_over"]
        rest = f" {len(left)} processes of an earlier run are left over; scripts/stop ends them." if left else ""
        return f"Nothing runs in {found['data']}.{rest}"
    head = {"name": "process", "state": "state", "pid": "pid", "port": "port", "memory": "MB", "healthy": "healthy"}
    lines = [COLUMNS.format(**head), *(_line(row) for row in found["processes"])]
    queues = found["queues"]
    waits = (
        ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in queues.items())
        if queues
        else "MariaDB is away"
    )
    return "\n".join(
        [
            *lines,
            f"memory without Grafana: {found['memory_mb']:g} MB",
            f"waiting: {waits}; spool {'?' if found['spool_depth'] is None else found['spool_depth']}",
            "all is well" if found["healthy"] else f"not all is well: logs are in {found['data']}/log",
        ]
    )


def spool_depth(ports: Ports) -> int | None:
    """Pictures that the hub has accepted and MariaDB does not have yet; None when the hub does not answer."""
    try:
        with DIRECT.open(f"http://{LOOPBACK}:{ports.hub_health}/metrics", timeout=PATIENCE_S) as page:
            text = page.read().decode()
    except (OSError, http.client.HTTPException):
        return None
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return next((int(sample.value) for sample in samples if sample.name == "hub_spool_depth"), None)


def _rows(wanted: list[Program], states: dict[str, dict[str, Any]], living: list[Process]) -> list[dict[str, Any]]:
    well = healthy(wanted, states)
    top = next((process.pid for process in living if not process.program), None)
    supervisor = _row("supervisor", "RUNNING", top, None, True, living, "")
    return [supervisor] + [
        _row(
            program.name,
            str(states.get(program.name, {}).get("statename", "MISSING")),
            states.get(program.name, {}).get("pid") or None,
            program.port,
            well[program.name],
            living,
            program.name,
        )
        for program in wanted
    ]


def _row(
    name: str, state: str, pid: int | None, port: int | None, well: bool, living: list[Process], program: str
) -> dict[str, Any]:
    memory = sum(memory_mb(process.pid) for process in living if process.program == program)
    return {
        "name": name,
        "pid": pid,
        "state": state.lower(),
        "port": port,
        "healthy": well,
        "memory_mb": round(memory, 1),
    }


def _queues(settings: Settings) -> dict[str, int] | None:
    engine = connect(settings, pool_size=1)
    try:
        with engine.connect() as connection:
            return figures.waiting(connection)
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()


def _line(row: dict[str, Any]) -> str:
    return COLUMNS.format(
        name=row["name"],
        state=row["state"],
        pid=row["pid"] or "-",
        port=row["port"] or "-",
        memory=f"{row['memory_mb']:.0f}",
        healthy="yes" if row["healthy"] else "no",
    )
