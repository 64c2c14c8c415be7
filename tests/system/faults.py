"""What is done to a running stack: a process killed, frozen, or away for a while."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.own_stack import OwnStack, wait_until
from stack.processes import send
from stack.supervision import Supervisor

BACK_S = 60
AWAY = {"STOPPED", "EXITED", "FATAL"}


def state_of(stack: OwnStack, program: str) -> dict[str, Any]:
    """What the supervisor says of a program: `statename`, `pid` and more."""
    return Supervisor(stack.layout).states()[program]


def pid_of(stack: OwnStack, program: str) -> int:
    """The process that the supervisor started for a program."""
    pid = int(state_of(stack, program)["pid"])
    assert pid, f"{program} does not run"
    return pid


def kill_once(stack: OwnStack, program: str) -> None:
    """`kill -9`; whether it comes back is not waited for."""
    os.kill(pid_of(stack, program), signal.SIGKILL)


def kill(stack: OwnStack, program: str) -> None:
    """`kill -9`; returns when the supervisor has started it anew."""
    before = pid_of(stack, program)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: _runs_anew(stack, program, before), f"{program} to be started again", BACK_S)


def kill_all(stack: OwnStack) -> None:
    """`kill -9` of everything at once, the supervisor too, as when the machine loses its power."""

    def is_dead() -> bool:
        living = stack.living()
        # The supervisor may still have started one anew whose death it saw before its own.
        send([process.pid for process in living], signal.SIGKILL)
        return not living

    wait_until(is_dead, "everything to be dead", BACK_S)


@contextmanager
def frozen(stack: OwnStack, program: str) -> Iterator[None]:
    """Its process does nothing (SIGSTOP) while the block lasts; connections to it stay open."""
    pid = pid_of(stack, program)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def gone(stack: OwnStack, program: str) -> Iterator[None]:
    """It is killed and stays away while the block lasts."""
    supervisor = Supervisor(stack.layout)
    os.kill(pid_of(stack, program), signal.SIGKILL)
    supervisor.halt([program])
    wait_until(lambda: _is_away(stack, supervisor, program), f"{program} to be away", BACK_S)
    try:
        yield
    finally:
        supervisor.launch([program])


def _is_away(stack: OwnStack, supervisor: Supervisor, program: str) -> bool:
    """The supervisor may have started it again between the kill and its order to stop."""
    if state_of(stack, program)["statename"] in AWAY:
        return True
    supervisor.halt([program])
    return False


def _runs_anew(stack: OwnStack, program: str, before: int) -> bool:
    state = state_of(stack, program)
    return bool(state["statename"] == "RUNNING" and state["pid"] != before)
