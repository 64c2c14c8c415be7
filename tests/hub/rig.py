"""A hub inside the test process, whose disk the test holds; and senders that speak its protocol frame by frame."""

import errno
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import zmq

from services.core.clock import SystemClock
from services.core.health import Health
from services.core.media import Media
from services.core.settings import Settings
from services.core.spool import Record, SpoolWriter, read_closed
from services.hub import metrics
from services.hub.door import Door
from services.hub.event_log import EventLog
from services.hub.gate import DailyCap
from services.hub.hub import Hub
from services.hub.names import Names
from services.hub.pace import Pace
from services.hub.reader import Reader
from services.intake.acceptor import Acceptor
from tests.peers import free_port, wait_until
from tests.pictures import jpeg

PICTURE = jpeg()
CLOCK = SystemClock()
PATIENT = {"hub_reply_deadline_s": 20.0}
"""Settings allow no such deadline. Otherwise a busy machine is answered from memory, before there is a file."""
IN_TIME = {"hub_reply_deadline_s": 0.5}
"""For tests of a disk that hangs."""


class Disk:
    """What the hub calls to flush: it hangs and fails as the test says."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()
        self.error = 0
        self.flushes = 0

    def __call__(self) -> None:
        self.flushes += 1
        assert self.free.wait(60)
        if self.error:
            raise OSError(self.error, "No space left on device" if self.error == errno.ENOSPC else "broken")


class Rig:
    """The hub's parts, wired as `__main__` does, but for the drain. `counted` tells what a counter has gained."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.port = free_port()
        given = Settings(_env_file=None, data_dir=folder, hub_host="127.0.0.1", **{"hub_port": self.port, **more})
        self.settings = given.model_copy(update={} if PATIENT.keys() & more.keys() else PATIENT)
        self.media = Media(self.settings.media)
        self.media.prepare()
        self.spool = self.settings.spool / "hub"
        self.disk = Disk()
        self.log = EventLog(self.settings.media / "logs", CLOCK)
        self.acceptor = Acceptor(self.media, SpoolWriter(self.spool), self.disk, CLOCK)
        cap = DailyCap(self.settings.media / "images", self.settings.hub_daily_cap)
        names = Names(self.spool / "names", self.settings.hub_max_names)
        self.reader = Reader(self.settings, CLOCK, self.acceptor.stamp, names, cap)
        self.door = Door(self.settings, CLOCK, self.reader)
        self.hub = Hub(self.door, self.reader, self.acceptor, self.log, Pace(), CLOCK, self.settings)
        self.stopping = threading.Event()
        health = Health(CLOCK)
        words = (self.stopping, health.loop("hub"), health.loop("stand-in"))
        self._thread = threading.Thread(target=self.hub.run, args=words)

    def start(self) -> None:
        self.door.open()
        self._thread.start()

    def stop(self) -> None:
        self.disk.free.set()
        self.stopping.set()
        self._thread.join(20)
        assert not self._thread.is_alive()
        self.door.close()
        self.log.close()

    def records(self, kind: str = "image") -> list[Record]:
        return [one for one in read_closed(self.spool) if one["kind"] == kind]

    def files(self) -> list[Path]:
        return [path for path in (self.settings.media / "images").rglob("*") if path.is_file()]


@contextmanager
def rig(folder: Path, **more: Any) -> Iterator[Rig]:
    made = Rig(folder, **more)
    made.start()
    try:
        yield made
    finally:
        made.stop()


class Client:
    """A REQ socket that says what it is told to, as raw frames."""

    def __init__(self, port: int, kind: int = zmq.REQ) -> None:
        self.socket: zmq.Socket[bytes] = zmq.Context.instance().socket(kind)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(f"tcp://127.0.0.1:{port}")

    def send(self, *frames: bytes) -> None:
        self.socket.send_multipart(frames)

    def say(self, text: object, data: bytes = PICTURE, **more: Any) -> None:
        self.send(json.dumps({"msg": text, **more}).encode(), data)

    def hears(self, seconds: float = 10) -> bytes | None:
        """The answer; None when there is none in that time."""
        return self.socket.recv() if self.socket.poll(int(seconds * 1000)) else None

    def ask(self, text: object, data: bytes = PICTURE, **more: Any) -> bytes | None:
        self.say(text, data, **more)
        return self.hears()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def clients(port: int, count: int) -> Iterator[Sequence[Client]]:
    made = [Client(port) for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            one.close()


class Counted:
    """What the hub's counters have gained since."""

    def __init__(self) -> None:
        self._late = metrics.total(metrics.late_replies)
        self._lost = metrics.total(metrics.lost)
        self._refused = self._all_refused()

    @property
    def late(self) -> float:
        return metrics.total(metrics.late_replies) - self._late

    @property
    def lost(self) -> float:
        return metrics.total(metrics.lost) - self._lost

    def refused(self) -> dict[str, float]:
        now = self._all_refused()
        gained = {reason: count - self._refused.get(reason, 0) for reason, count in now.items()}
        return {reason: count for reason, count in gained.items() if count}

    def _all_refused(self) -> dict[str, float]:
        samples = next(iter(metrics.refused.collect())).samples
        return {one.labels["reason"]: one.value for one in samples if one.name.endswith("_total")}


def soon(condition: Any, what: str) -> None:
    wait_until(condition, what, 20)
