"""The cameras whose streams are recorded or watched, as the database has them: those that are new begin, others end."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.core.logging import get
from services.recorder.recording import Growing, Recording
from services.store.stream import Stream

APART_S = 0.5
END_S = 20.0
log = get(__name__)


class Watch(Protocol):
    """What looks for motion in one stream."""

    cost_percent: float

    def work(self, stopping: threading.Event, first_pause_s: float) -> None:
        """Until it is to stop."""

    def look_closer(self, stopping: threading.Event) -> None:
        """Until it is to stop."""


@dataclass
class _Camera:
    stream: Stream
    recording: Recording | None = None
    watch: Watch | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)


class Roster:
    """Keeps a thread for each recording and each watch. `record` and `watch` make them."""

    def __init__(self, record: Callable[[Stream], Recording], watch: Callable[[Stream], Watch]) -> None:
        self._record = record
        self._watch = watch
        self._cameras: dict[str, _Camera] = {}

    def follow(self, wanted: Sequence[Stream]) -> list[str]:
        """Begins and ends what has changed; the ids of cameras that have ended for good."""
        by_id = {one.camera_id: one for one in wanted}
        over = [one for one in self._cameras.values() if by_id.get(one.stream.camera_id) != one.stream]
        self._end(over)
        fresh = [one for one in wanted if one.camera_id not in self._cameras]
        for place, one in enumerate(fresh):
            # Not all at once: each start costs a connection and a look at the stream.
            self._begin(one, APART_S * place)
        return [one.stream.camera_id for one in over if one.stream.camera_id not in by_id]

    def end(self) -> None:
        """Ends all, and waits until what was recorded is filed."""
        self._end(list(self._cameras.values()))

    def growing(self, camera_id: str) -> Growing | None:
        """The segment of a camera that is written now."""
        one = self._cameras.get(camera_id)
        return one.recording.growing() if one and one.recording else None

    def recorded(self) -> set[str]:
        """The cameras that are recorded."""
        return {camera_id for camera_id, one in self._cameras.copy().items() if one.recording}

    def cost_percent(self) -> float:
        """What share of one core looking for motion takes in all."""
        return sum(one.watch.cost_percent for one in self._cameras.copy().values() if one.watch)

    def costs(self) -> dict[str, float]:
        """The same by camera."""
        return {camera_id: one.watch.cost_percent for camera_id, one in self._cameras.items() if one.watch}

    def _begin(self, stream: Stream, pause_s: float) -> None:
        one = _Camera(stream)
        if stream.records:
            one.recording = self._record(stream)
            self._start(one, f"record {stream.camera_id}", one.recording.work, one.stopping, pause_s)
        if stream.watches:
            one.watch = self._watch(stream)
            self._start(one, f"watch {stream.camera_id}", one.watch.work, one.stopping, pause_s + APART_S / 2)
            if stream.substream_url:
                self._start(one, f"look closer {stream.camera_id}", one.watch.look_closer, one.stopping)
        self._cameras[stream.camera_id] = one
        log.info("camera_begun", camera=stream.camera_id, records=stream.records, watches=stream.watches)

    def _start(self, one: _Camera, name: str, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, name=name, daemon=True)
        thread.start()
        one.threads.append(thread)

    def _end(self, over: Sequence[_Camera]) -> None:
        for one in over:
            one.stopping.set()
        for one in over:
            for thread in one.threads:
                thread.join(END_S)
            self._cameras.pop(one.stream.camera_id, None)
            log.info("camera_ended", camera=one.stream.camera_id)
