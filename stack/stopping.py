"""Stops a stack: in order while its supervisor answers, and whatever else still bears its mark in any case."""

import shutil
import time

from stack.layout import Layout
from stack.processes import alive, end, marked
from stack.programs import GROUND, stop_order
from stack.supervision import Supervisor

TICK_S = 0.1
PATIENCE_S = 150
LEFT_OVER_PATIENCE_S = 15
ENDED = {"STOPPED", "EXITED", "FATAL"}


def stop(layout: Layout) -> int:
    """Ends everything that was started for this data folder; gives how many processes there were."""
    count = len(marked(layout.data))
    supervisor = Supervisor(layout)
    if supervisor.alive():
        _in_order(layout, supervisor)
    end(layout.data, stop_order(), LEFT_OVER_PATIENCE_S)
    _remove_sockets(layout)
    return count


def _remove_sockets(layout: Layout) -> None:
    if layout.runtime.is_dir():
        shutil.rmtree(layout.runtime)


def _in_order(layout: Layout, supervisor: Supervisor) -> None:
    names = list(supervisor.states())
    _halt(supervisor, [name for name in names if name not in GROUND])
    _halt(supervisor, [name for name in names if name in GROUND])
    above = [process.pid for process in marked(layout.data) if not process.program]
    supervisor.shut_down()
    deadline = time.monotonic() + PATIENCE_S
    while any(map(alive, above)) and time.monotonic() < deadline:
        time.sleep(TICK_S)


def _halt(supervisor: Supervisor, names: list[str]) -> None:
    supervisor.halt(names)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        states = supervisor.states()
        if all(states[name]["statename"] in ENDED for name in names if name in states):
            return
        time.sleep(TICK_S)
