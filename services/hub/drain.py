"""The hub's other process: spool to MariaDB to MQTT, and the silence of nodes and cameras.

`python -m services.hub.drain`, started by the hub and living as long as it: a line on standard input means that
something was stored (empty, or `busy` when pictures arrive back to back) or carries the hub's figures (JSON); the
input's end means that the hub is gone.

While the hub is busy every sender waits for the same few cores and the same disk, so the drain works for a twentieth of
the time only; pictures wait in the spool meanwhile, and nothing waits at any ordinary pace.
"""

import fcntl
import json
import os
import select
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from services.core import fault, logging
from services.core.bus import Bus
from services.core.clock import Clock, SystemClock
from services.core.media import Media
from services.core.settings import SettingError, Settings, load
from services.core.spool import SpoolReader
from services.intake.drain import Drain
from services.intake.silence import raise_silences
from services.store.engine import Away, connect

WAIT_S = 1.0
AWAY_WAIT_S = 0.5
SILENCE_EVERY_S = 5.0
# With more in the spool, whoever seems silent may well have a word in there.
NEARLY_DRAINED_BYTES = 100_000
NICENESS = 5
# A transaction costs the same for one picture as for fifty, and its flush holds up the hub's: the more came at once,
# the longer the next ones gather.
GATHER_PER_RECORD_S = 0.01
GATHER_MAX_S = 0.4
REST_FOR_WORK = 20.0
REST_MAX_S = 5.0
BUSY = b"busy"
log = logging.get(__name__)


class Line:
    """Standard input as the hub writes it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self.figures: dict[str, float] = {}
        self.is_busy = False

    def wait(self, seconds: float) -> bool:
        """Waits for the hub's bell; False when the hub is gone."""
        self.is_busy = False
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return True
        data = os.read(self._descriptor, 65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.is_busy = BUSY in lines
        for line in lines:
            if line.startswith(b"{"):
                self.figures = json.loads(line)
        return bool(data)


class Loop:
    """Drains whenever something was stored, and looks for silences in between."""

    def __init__(self, settings: Settings, clock: Clock, bus: Bus, line: Line) -> None:
        self._clock = clock
        self._bus = bus
        self._line = line
        self._engine = connect(settings, pool_size=1)
        self._spool = SpoolReader(settings.spool / "hub")
        self._drain = Drain(self._spool, Media(settings.media), self._engine, clock, bus.ring)
        self._patience = timedelta(minutes=settings.hub_patience_minutes)
        self._since: datetime = clock.now()
        self._looked = clock.monotonic()
        self._away = False

    def figures(self) -> Mapping[str, float]:
        """What the hub's status says."""
        return {**self._line.figures, "spool_bytes": float(self._spool.depth()), "database_away": float(self._away)}

    def run(self) -> None:
        """Runs until the hub is gone."""
        wait = 0.0
        while self._line.wait(wait):
            wait = self._round()

    def _round(self) -> float:
        start = self._clock.monotonic()
        try:
            drained = self._drain.drain()
            if self._spool.depth() < NEARLY_DRAINED_BYTES:
                self._look_for_silence()
        except Away as error:
            self._note_away(error)
            return AWAY_WAIT_S
        self._note_back()
        if not drained:
            return WAIT_S
        time.sleep(pause(drained, self._clock.monotonic() - start, self._line.is_busy))
        return 0.0

    def _look_for_silence(self) -> None:
        if self._clock.monotonic() - self._looked < SILENCE_EVERY_S:
            return
        self._looked = self._clock.monotonic()
        with self._engine.begin() as connection:
            raised = raise_silences(connection, self._clock, self._patience, self._since)
        if raised:
            self._bus.ring(*(one.bell(self._clock, "intake") for one in raised))

    def _note_away(self, error: Exception) -> None:
        if not self._away:
            log.warning("database_away", error=type(error).__name__, consequence="pictures wait in the spool")
        self._away = True

    def _note_back(self) -> None:
        if self._away:
            self._away = False
            log.info("database_back")


def pause(drained: int, took_s: float, is_busy: bool) -> float:
    """Seconds to leave the disk and the cores to others after a batch."""
    gather = min(GATHER_MAX_S, GATHER_PER_RECORD_S * drained)
    return max(gather, min(REST_MAX_S, REST_FOR_WORK * took_s)) if is_busy else gather


def step_back() -> None:
    """Lets the hub go first on a busy machine. Who was started with even less priority may not take more."""
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))


def alone(folder: Path) -> int:
    """Waits until no other drain works on this spool; gives the lock's descriptor, held until the process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "drain.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def main() -> int:
    """The process: 0 when the hub has gone, 2 when a setting is wrong."""
    try:
        run(load())
    except SettingError as error:
        print(f"the hub's drain cannot start:\n{error}", file=sys.stderr)  # noqa: T201 (logs may not be up yet)
        return 2
    return 0


def run(settings: Settings) -> None:
    """Drains until the hub is gone."""
    logging.start(settings.log_level, "hub-drain", settings.instance)
    fault.end_with_any_thread()
    step_back()
    lock = alone(settings.spool / "hub")
    clock = SystemClock()
    bus = Bus(settings, "hub", clock)
    loop = Loop(settings, clock, bus, Line(sys.stdin.fileno()))
    bus.report(loop.figures)
    bus.start()
    try:
        loop.run()
    finally:
        bus.stop()
        os.close(lock)


if __name__ == "__main__":
    sys.exit(main())
