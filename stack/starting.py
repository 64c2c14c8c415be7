"""Starts a stack in order: database and broker, migrations, flows, then the rest; and waits until all is well."""

import subprocess
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

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
SUPERVISOR_PATIENCE_S = 60
FAILING_S = 15
MOST_STARTS = 5
TICK_S = 0.2
LOG_LINES = 12


def start(layout: Layout, settings: Settings, state: State, lame: Collection[str] = ()) -> subprocess.Popen[bytes]:
    """Starts everything; gives supervisord's process. Raises `StackError` with the log of what does not come up.

    `lame` are the processes that are known to lack something: they are started, and not waited for.
    """
    wanted = programs(layout, state.ports, settings, state.choice)
    variables = environment.inherited() | environment.common(layout, state.ports, settings, state.choice)
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
        rest = [program for program in wanted if program.name not in GROUND]
        supervisor.launch([program.name for program in rest if program.name in lame])
        _launch(layout, supervisor, [program for program in rest if program.name not in lame])
    return process


def _await_supervisor(layout: Layout, supervisor: Supervisor, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SUPERVISOR_PATIENCE_S
    while not supervisor.alive():
        if process.poll() is not None or time.monotonic() > deadline:
            said = _tail(layout.log / "supervisord-start.log")
            raise StackError(f"supervisord did not start; it says:\n{said}")
        time.sleep(TICK_S)


def _launch(layout: Layout, supervisor: Supervisor, wanted: list[Program]) -> None:
    supervisor.launch([program.name for program in wanted])
    vigils = {program.name: Vigil(time.monotonic()) for program in wanted}
    while True:
        states = supervisor.states()
        well = healthy(wanted, states)
        if all(well.values()):
            return
        now = time.monotonic()
        for name, vigil in vigils.items():
            vigil.saw(now, states.get(name, {}))
        given_up = [name for name, good in well.items() if not good and vigils[name].is_hopeless(now)]
        if given_up:
            raise StackError("\n".join(_explain(layout, name, states.get(name, {})) for name in given_up))
        time.sleep(TICK_S)


class Vigil:
    """The wait for one process: over when it takes too long, or when it keeps ending."""

    def __init__(self, now: float) -> None:
        self._begun = now
        self._last_alive = now
        self._pids: set[int] = set()

    def saw(self, now: float, info: Mapping[str, Any]) -> None:
        """Takes in what the supervisor says of it."""
        if info.get("statename") in {"STARTING", "RUNNING"}:
            self._last_alive = now
            self._pids.add(int(info["pid"]))

    def is_hopeless(self, now: float) -> bool:
        """Whether waiting longer would not help."""
        slow = now - self._begun > PATIENCE_S or now - self._last_alive > FAILING_S
        return slow or len(self._pids) > MOST_STARTS


def _explain(layout: Layout, name: str, info: Mapping[str, Any]) -> str:
    log = log_of(layout, name)
    state = str(info.get("statename", "unknown")).lower()
    return f"{name} does not come up (state: {state}). The end of {log}:\n{_tail(log)}"


def _tail(path: Path) -> str:
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    return "\n".join(f"    {line}" for line in lines[-LOG_LINES:]) or "    (nothing)"
