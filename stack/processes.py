"""The processes of one stack, found by the mark in their environment: also those whose supervisor is gone."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MARK = "HW_RUN"
PROGRAM = "HW_PROGRAM"
PROC = Path("/proc")
TICK_S = 0.05


@dataclass(frozen=True)
class Process:
    """A living process; `program` is the supervisor's name for it, empty for the supervisor itself."""

    pid: int
    program: str


def marked(data: Path) -> list[Process]:
    """All living processes that were started for this data folder, whoever is their parent now."""
    found = ((int(entry.name), _environment(entry)) for entry in PROC.glob("[0-9]*"))
    return [
        Process(pid, environment.get(PROGRAM, ""))
        for pid, environment in found
        if environment.get(MARK) == str(data) and pid != os.getpid()
    ]


def end(data: Path, order: Iterable[Callable[[Process], bool]], patience_s: float) -> list[Process]:
    """Ends the marked processes, one group of `order` after the other, by force where asking did not help.

    Gives those that it found. Starts over until none is left, since a process may have made another meanwhile.
    """
    met: set[Process] = set()
    while left := marked(data):
        met.update(left)
        for belongs in order:
            end_together([process.pid for process in marked(data) if belongs(process)], patience_s)
    return sorted(met, key=lambda process: process.pid)


def end_together(pids: list[int], patience_s: float) -> None:
    """Asks processes to end, waits for it, and kills what is left after `patience_s` seconds."""
    send(pids, signal.SIGTERM)
    deadline = time.monotonic() + patience_s
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(TICK_S)
    send([pid for pid in pids if alive(pid)], signal.SIGKILL)
    while any(map(alive, pids)):
        time.sleep(TICK_S)


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Sends a signal to each; those that have ended meanwhile do not matter."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet waited for does not."""
    try:
        # The state follows the name, which is in brackets and may hold anything: see proc_pid_stat(5).
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False


def memory_mb(pid: int) -> float:
    """Proportional set size: memory of its own plus its share of what it shares. 0 when it has ended."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _environment(entry: Path) -> dict[str, str]:
    try:
        raw = (entry / "environ").read_bytes()
    except OSError:
        return {}
    pairs = (part.partition("=") for part in raw.decode(errors="replace").split("\0"))
    return {name: value for name, _, value in pairs if name in {MARK, PROGRAM}}
