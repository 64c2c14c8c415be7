"""A process that is read from: its output and its complaints by one thread, with a limit to every wait."""

import contextlib
import os
import selectors
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self, cast

MOST = 65536
COMPLAINTS_MAX = 30
END_S = 5.0


class Said(NamedTuple):
    """What came within a wait; `ended`: nothing will come any more."""

    output: bytes
    ended: bool


class Child:
    """One run of a command. `scrub` takes secrets out of its complaints before anybody sees them."""

    def __init__(self, command: Sequence[str], given: bytes, scrub: Callable[[str], str]) -> None:
        self._scrub = scrub
        self.complaints: deque[str] = deque(maxlen=COMPLAINTS_MAX)
        self._rest = b""
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Names of segments are made of the time by ffmpeg: UTC has no hour twice.
            env=os.environ | {"TZ": "UTC"},
            bufsize=0,
        )
        self._selector = selectors.DefaultSelector()
        for pipe in (self.process.stdout, self.process.stderr):
            self._selector.register(cast("IO[bytes]", pipe), selectors.EVENT_READ)
        self._give(given)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._selector.close()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()

    def read(self, wait_s: float) -> Said:
        """What it has said; waits at most so long for anything."""
        output = b""
        for key, _ in self._selector.select(wait_s):
            data = os.read(key.fd, MOST)
            if not data:
                self._selector.unregister(key.fileobj)
            elif key.fileobj is self.process.stderr:
                self._complain(data)
            else:
                output += data
        return Said(output, not self._selector.get_map())

    def stop(self) -> None:
        """Asks it to end in good order; go on reading until it has."""
        self.process.terminate()

    def kill(self) -> None:
        """Ends it at once."""
        self.process.kill()

    def cpu_s(self) -> float:
        """Seconds of processor that it has taken so far; 0 when it has ended."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _give(self, given: bytes) -> None:
        pipe = cast("IO[bytes]", self.process.stdin)
        # It may have ended already; what it said of that is read as usual.
        with contextlib.suppress(BrokenPipeError):
            pipe.write(given)
        with contextlib.suppress(BrokenPipeError):
            pipe.close()

    def _complain(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-MOST:]
        self.complaints.extend(self._scrub(line.decode(errors="replace")) for line in lines if line.strip())


class Ended(NamedTuple):
    """How a short command ended: its exit code (None: it took too long), output and complaints."""

    code: int | None
    output: bytes
    complaints: list[str]


def run(command: Sequence[str], given: bytes, limit_s: float) -> Ended:
    """Runs a command to its end, or for so long. None of its output is shortened."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired as late:
        return Ended(None, late.output or b"", [f"took longer than {limit_s:g} s"])
    return Ended(done.returncode, done.stdout, done.stderr.decode(errors="replace").splitlines())
