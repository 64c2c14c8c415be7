"""Starts a stack in order: database and broker, migrations, flows, then the rest; and waits until all is well."""

import subprocess
import time
from pathlib import Path

from services.core.settings import Settings
from services.store.migrate import migrate
from stack import environment, supervision
from stack.flows import upgrade
from stack.layout import Layout
from stack.problem import StackError
from stack.programs import GROUND, Program, log_of, programs
from stack.progress import step
from stack.state import State, save, settings_of
from stack.supervision import Supervisor
from stack.wellness import healthy

PATIENCE_S = 120
FAILING_S = 15  # in a row without a start that lasts: it will not mend itself
TICK_S = 0.2
LOG_LINES = 12


def start(layout: Layout, settings: Settings, state: State) -> subprocess.Popen[bytes]:
    """Starts everything; gives supervisord's process. Raises `StackError` with the log of what does not come up."""
    wanted = programs(layout, state.ports, settings, state.choice)
    variables = environment.inherited() | environment.common(layout, state.ports, settings, state.choice.lan)
    process = supervision.start(layout, wanted, variables)
    save(layout, state)
    supervisor = Supervisor(layout)
    _await_supervisor(layout, supervisor, process)
    with step("Starting MariaDB and Mosquitto"):
        _launch(layout, supervisor, [program for program in wanted if program.name in GROUND])
    with step("Bringing the database forward"):
        migrate(settings_of(layout, state.ports))
    for line in upgrade(layout.data).lines():
        print(line)
    with step("Starting Hearthwatch"):
        _launch(layout, supervisor, [program for program in wanted if program.name not in GROUND])
    return process


def _await_supervisor(layout: Layout, supervisor: Supervisor, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not supervisor.alive():
        if process.poll() is not None or time.monotonic() > deadline:
            said = _tail(layout.log / "supervisord-start.log")
            raise StackError(f"supervisord did not start; it says:\n{said}")
        time.sleep(TICK_S)


def _launch(layout: Layout, supervisor: Supervisor, wanted: list[Program]) -> None:
    supervisor.launch([program.name for program in wanted])
    start = time.monotonic()
    last_good = {program.name: start for program in wanted}
    while True:
        states = supervisor.states()
        well = healthy(wanted, states)
        if all(well.values()):
            return
        now = time.monotonic()
        for name in last_good:
            if states.get(name, {}).get("statename") in {"STARTING", "RUNNING"}:
                last_good[name] = now
        given_up = [name for name, good in well.items() if not good and _hopeless(now, start, last_good[name])]
        if given_up:
            raise StackError("\n".join(_explain(layout, name, states.get(name, {})) for name in given_up))
        time.sleep(TICK_S)


def _hopeless(now: float, start: float, last_good: float) -> bool:
    return now - start > PATIENCE_S or now - last_good > FAILING_S


def _explain(layout: Layout, name: str, info: dict[str, object]) -> str:
    log = log_of(layout, name)
    state = str(info.get("statename", "unknown")).lower()
    return f"{name} does not come up (state: {state}). The end of {log}:\n{_tail(log)}"


def _tail(path: Path) -> str:
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    return "\n".join(f"    {line}" for line in lines[-LOG_LINES:]) or "    (nothing)"
