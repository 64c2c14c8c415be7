"""One camera's watch: an ffmpeg that decodes little, a gate for motion, and pictures while something moves.

Of a stream alone only key frames are decoded, and they are the pictures. Where there is a substream, motion is looked
for in that, and a second ffmpeg takes key frames of the stream itself for as long as something moves.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from prometheus_client import Counter, Gauge

from services.core.clock import Clock
from services.core.logging import get
from services.core.spool import Record
from services.intake import records
from services.intake.acceptor import Note, Picture
from services.intake.desk import Closed
from services.intake.jpeg import NotAJpeg, Truncated, measure
from services.intake.records import Happening
from services.recorder import command
from services.recorder.address import BadAddress, Secrets, script, with_account
from services.recorder.backoff import Backoff
from services.recorder.child import Child
from services.recorder.motion import Gate, shrunk
from services.recorder.verdict import OK, STALLED, Verdict, judge
from services.store.stream import Stream

LOOK_S = 0.5
COST_EVERY_S = 10.0
FRAME_MAX = 20_000_000
END = b"\xff\xd9"
cost = Gauge("recorder_watch_cpu_percent", "share of one core that looking for motion takes", ["camera"])
undecodable = Counter("recorder_frames_undecodable", "frames of a stream that could not be decoded", ["camera"])
log = get(__name__)


@dataclass(frozen=True)
class Pace:
    """Seconds between pictures while something moves, frames a second of a substream, seconds until it has stalled."""

    picture_every_s: float
    frames_per_s: float
    stall_s: float
    options: tuple[str, ...] = ()


class Frames:
    """Cuts a row of JPEGs, as they come in pieces, into single ones."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The frames that are whole now. What never ends is let go."""
        self._rest += data
        # ffmpeg's JPEGs hold no others: the end marker stands at their end only.
        while (at := self._rest.find(END)) >= 0:
            yield bytes(self._rest[: at + len(END)])
            del self._rest[: at + len(END)]
        if len(self._rest) > FRAME_MAX:
            self._rest.clear()


class Watching:
    """Watches one stream until it is told to stop. `hand_in` makes pictures and events durable."""

    def __init__(
        self,
        stream: Stream,
        gate: Gate,
        pace: Pace,
        clock: Clock,
        hand_in: Callable[[Picture | Note], None],
        say: Callable[[str, Verdict], None],
    ) -> None:
        self.stream = stream
        self._gate = gate
        self._pace = pace
        self._clock = clock
        self._hand_in = hand_in
        self._say = say
        self._secrets = Secrets(stream)
        self._pictured_at = float("-inf")
        self._moving = threading.Event()
        self._complained: Verdict | None = None
        self.cost_percent = 0.0

    def work(self, stopping: threading.Event, first_pause_s: float = 0.0) -> None:
        """Looks for motion until `stopping`."""
        stopping.wait(first_pause_s)
        backoff, sub = Backoff(), self.stream.substream_url
        line = command.watch(key_frames=sub is None, per_s=self._pace.frames_per_s)
        while not stopping.is_set():
            began = self._clock.monotonic()
            verdict = self._follow(sub or self.stream.stream_url, line, partial(self._look, sub is None), stopping)
            if stopping.is_set():
                break
            self._complain(verdict)
            self._rest(stopping, backoff.next_s(self._clock.monotonic() - began))
            self._gate.begin_anew()
        self._tell(self._gate.wait(float("inf")))

    def _complain(self, verdict: Verdict) -> None:
        self._say(self.stream.camera_id, verdict)
        # A camera may be away for days: each reason is logged once.
        if verdict != self._complained:
            log.warning("watching_ended", camera=self.stream.camera_id, state=verdict.state, why=verdict.detail)
        self._complained = verdict

    def _rest(self, stopping: threading.Event, seconds: float) -> None:
        """Until the next try; what moved when the stream ended is still when it would have been."""
        until = self._clock.monotonic() + seconds
        while not stopping.is_set() and (left := until - self._clock.monotonic()) > 0:
            stopping.wait(min(left, LOOK_S))
            self._tell(self._gate.wait(self._clock.monotonic()))

    def look_closer(self, stopping: threading.Event) -> None:
        """Takes pictures of the stream itself while something moves in its substream."""
        while not stopping.is_set():
            if self._moving.wait(LOOK_S):
                ended = _Either(stopping, self._moving)
                self._follow(self.stream.stream_url, command.watch(key_frames=True, per_s=0), self._take, ended)
                stopping.wait(LOOK_S)

    def _follow(
        self, url: str, line: list[str], each: Callable[[bytes], None], stopping: "threading.Event | _Either"
    ) -> Verdict:
        try:
            address = with_account(url, self.stream.account, self.stream.password)
        except BadAddress as error:
            return Verdict("not_a_stream", str(error))
        given = script(address, self.stream.transport, self._pace.options)
        with Child(line, given, self._secrets.scrub) as child:
            return self._read(child, each, stopping)

    def _read(self, child: Child, each: Callable[[bytes], None], stopping: "threading.Event | _Either") -> Verdict:
        frames, seen = Frames(), False
        came_at = self._clock.monotonic()
        meter = _Meter(child, came_at)
        while not stopping.is_set():
            said = child.read(LOOK_S)
            now = self._clock.monotonic()
            for frame in frames.feed(said.output):
                seen, came_at = True, now
                each(frame)
            if said.ended:
                break
            if now - came_at > self._pace.stall_s:
                return STALLED if seen else judge(child.complaints, seen)
            self._measure(meter, now)
            self._tell(self._gate.wait(now))
        return judge(child.complaints, seen)

    def _look(self, takes: bool, frame: bytes) -> None:
        grey = shrunk(frame)
        if grey is None:
            undecodable.labels(self.stream.camera_id).inc()
            return
        self._say(self.stream.camera_id, Verdict(OK, ""))
        self._complained = None
        self._tell(self._gate.look(grey, self._clock.monotonic()))
        if takes and self._gate.moves:
            self._take(frame)

    def _take(self, frame: bytes) -> None:
        """Hands a frame in as a picture, if the last one is long enough ago."""
        now = self._clock.monotonic()
        if now - self._pictured_at < self._pace.picture_every_s:
            return
        self._pictured_at = now
        try:
            size = measure(frame)
        except (NotAJpeg, Truncated):
            undecodable.labels(self.stream.camera_id).inc()
            return
        self._give(Picture(self.stream.source, frame, size, self._clock.now()))

    def _tell(self, state: str | None) -> None:
        if state is None:
            return
        (self._moving.set if state == "moving" else self._moving.clear)()
        self._give(Note(self._event(state)))

    def _event(self, state: str) -> Record:
        now, source = self._clock.now(), self.stream.source
        return records.event(source, f"{source}|motion|{state}", Happening("motion", "camera", state), now, now)

    def _give(self, one: Picture | Note) -> None:
        try:
            self._hand_in(one)
        except (OSError, Closed) as error:
            log.error("not_stored", camera=self.stream.camera_id, error=str(error))

    def _measure(self, meter: "_Meter", now: float) -> None:
        percent = meter.percent(now)
        if percent is not None:
            self.cost_percent = percent
            cost.labels(self.stream.camera_id).set(self.cost_percent)


class _Meter:
    """What share of one core a process takes, every ten seconds."""

    def __init__(self, child: Child, now: float) -> None:
        self._child = child
        self._at, self._cpu_s = now, child.cpu_s()

    def percent(self, now: float) -> float | None:
        """The share since it was last asked for; None when that is not long enough ago."""
        seconds = now - self._at
        if seconds < COST_EVERY_S:
            return None
        before, self._at, self._cpu_s = self._cpu_s, now, self._child.cpu_s()
        return 100 * max(self._cpu_s - before, 0.0) / seconds


class _Either:
    """Over when the one event is set, or the other is not any more."""

    def __init__(self, stopping: threading.Event, going_on: threading.Event) -> None:
        self._stopping = stopping
        self._going_on = going_on

    def is_set(self) -> bool:
        return self._stopping.is_set() or not self._going_on.is_set()
