"""Cameras that stream, and a house that records them, for tests."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.core.clock import Clock, SystemClock, from_rfc3339
from services.core.media import Media
from services.core.spool import Record
from services.intake.acceptor import Note
from services.recorder.backoff import Backoff
from services.recorder.recording import Manner, Recording
from services.recorder.shelf import Shelf
from services.recorder.verdict import Verdict
from services.store.stream import Stream
from tests.peers import Peer

DISTRIBUTIONS_PYTHON = "/usr/bin/python3"
SERVER = Path(__file__).parents[1] / "rtsp_server.py"
ACCOUNT, PASSWORD = "watch", "pa:ss@w/rd"


class ShiftedClock(SystemClock):
    """The machine's clock, which a test sets (`set_s`), or lets time pass by on (`skip`)."""

    def __init__(self) -> None:
        self._wall_s = self._passed_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._wall_s + self._passed_s)

    def monotonic(self) -> float:
        return super().monotonic() + self._passed_s

    def set_by(self, seconds: float) -> None:
        """The wall clock is set by so much; no time passes."""
        self._wall_s += seconds

    def skip(self, seconds: float) -> None:
        """So much time passes."""
        self._passed_s += seconds


class RtspServer(Peer):
    """GStreamer's RTSP server with the streams of `tests/rtsp_server.py`."""

    def command(self) -> list[str]:
        return [DISTRIBUTIONS_PYTHON, str(SERVER), str(self.port)]

    def url(self, path: str) -> str:
        """The address of a stream, without an account."""
        return f"rtsp://127.0.0.1:{self.port}/{path}"


def stream(url: str, camera_id: str = "yard", **values: Any) -> Stream:
    """A camera's stream."""
    made: dict[str, Any] = {"substream_url": None, "account": None, "password": None, "transport": "tcp"}
    made |= {"records": True, "watches": True, "source": camera_id}
    return Stream(camera_id=camera_id, stream_url=url, **made | values)


@dataclass
class House:
    """Records what it is given; `records` is what went into the spool, `said` each camera's states in their order."""

    folder: Path
    segment_s: float = 4
    stall_s: float = 8
    live: bool = False
    clock: Clock = field(default_factory=SystemClock)
    records: list[Record] = field(default_factory=list)
    said: dict[str, list[Verdict]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    room: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.room.set()
        self.media = Media(self.folder)
        self.shelf = Shelf(self.media, self.clock, self._hand_in)

    def record(self, one: Stream, chance: Callable[[], float] = lambda: 0.0) -> Recording:
        """Records a stream in a thread."""
        manner = Manner(self.segment_s, self.stall_s, live=self.live)
        made = Recording(one, self.shelf, self.clock, manner, self.room.is_set, self._say, Backoff(chance))
        thread = threading.Thread(target=made.work, args=(self.stopping,), daemon=True)
        thread.start()
        self.threads.append(thread)
        return made

    def stop(self) -> None:
        """As at an orderly end."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()

    def states(self, camera_id: str) -> list[str]:
        """The states of a camera so far, each once where it was said again and again."""
        told = [one.state for one in self.said.get(camera_id, [])]
        return [one for at, one in enumerate(told) if at == 0 or told[at - 1] != one]

    def of(self, camera_id: str) -> list[Record]:
        """A camera's records, by time."""
        return sorted((one for one in self.records if one["camera_id"] == camera_id), key=lambda one: one["began_at"])

    def _hand_in(self, note: Note) -> None:
        assert self.media.path(note.record["path"]).stat().st_size == note.record["bytes"]
        self.records.append(note.record)

    def _say(self, camera_id: str, verdict: Verdict) -> None:
        self.said.setdefault(camera_id, []).append(verdict)


def spans(records: Sequence[Record]) -> list[tuple[datetime, datetime]]:
    """When each was."""
    return [(from_rfc3339(one["began_at"]), from_rfc3339(one["ended_at"])) for one in records]
