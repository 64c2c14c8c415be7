"""One camera's recording: an ffmpeg that is started again for ever, and judged by the file that grows."""

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client import Counter

from services.core.clock import Clock
from services.core.logging import get
from services.recorder import command
from services.recorder.address import BadAddress, Secrets, script, with_account
from services.recorder.backoff import Backoff
from services.recorder.child import Child
from services.recorder.shelf import Owner, Shelf, Span, files, note_began, remove
from services.recorder.timeline import JUMP, Timeline
from services.recorder.verdict import OK, STALLED, Verdict, held_otherwise, judge
from services.store.stream import Stream

LOOK_S = 1.0
END_S = 5.0
START_S = 30.0
# ffmpeg itself gives a silent camera up after five; the last fragment may be two seconds old by then.
SILENT_S = 4.0
started = Counter("recorder_starts", "times that a camera's recording was started", ["camera"])
_FINISHED = re.compile(r"(?P<name>[\w.]+),(?P<begin>[\d.]+),(?P<end>[\d.]+)\Z", re.ASCII)
_REACHED = re.compile(r"out_time_us=(?P<us>\d+)\Z", re.ASCII)
log = get(__name__)


@dataclass(frozen=True)
class Manner:
    """How cameras are recorded; times in seconds, `options` as `name=value` for ffmpeg's reader.

    With `live`, what browsers play live is written beside the segments.
    """

    segment_s: float
    stall_s: float
    options: tuple[str, ...] = ()
    live: bool = False


@dataclass(frozen=True)
class Growing:
    """The segment that is being written: its file, and when it began."""

    path: Path
    began_at: datetime


class Recording:
    """Records one stream until it is told to stop. `may` says whether the disk has room; `say` hears of each state."""

    def __init__(
        self,
        stream: Stream,
        shelf: Shelf,
        clock: Clock,
        manner: Manner,
        may: Callable[[], bool],
        say: Callable[[str, Verdict], None],
        backoff: Backoff | None = None,
    ) -> None:
        self.stream = stream
        self._owner = Owner(stream.camera_id, stream.source)
        self._secrets = Secrets(stream)
        self._shelf = shelf
        self._clock = clock
        self._manner = manner
        self._may = may
        self._say = say
        self._backoff = backoff or Backoff()
        self._form = ("mp4", "copy")
        self._run: _Run | None = None
        self._complained: Verdict | None = None

    def growing(self) -> Growing | None:
        """The segment that is written now, if there is one."""
        run = self._run
        return run.growing() if run else None

    def work(self, stopping: threading.Event, first_pause_s: float = 0.0) -> None:
        """Records until `stopping`, and files what is there then."""
        stopping.wait(first_pause_s)
        while not stopping.is_set():
            if not self._may():
                stopping.wait(LOOK_S)
                continue
            # What a kill left, or the disk did not take when the last run ended.
            self._recover()
            began = self._clock.monotonic()
            at_once = self._once(stopping)
            if not at_once:
                stopping.wait(self._backoff.next_s(self._clock.monotonic() - began))

    def _recover(self) -> None:
        try:
            self._shelf.recover(self._owner)
        except OSError as error:
            log.error("segments_not_filed", camera=self.stream.camera_id, error=error.strerror)

    def _once(self, stopping: threading.Event) -> bool:
        """One run; whether the next one may begin at once, in another form."""
        try:
            url = with_account(self.stream.stream_url, self.stream.account, self.stream.password)
        except BadAddress as error:
            self._say(self.stream.camera_id, Verdict("not_a_stream", str(error)))
            return False
        started.labels(self.stream.camera_id).inc()
        self._run = _Run(self._owner, self._shelf, self._clock, self._manner)
        live = self._shelf.live_for(self.stream.camera_id) if self._manner.live and self._form[0] == "mp4" else None
        line = command.record(self._run.folder, self._manner.segment_s, *self._form, live)
        given = script(url, self.stream.transport, self._manner.options)
        try:
            with Child(line, given, self._secrets.scrub) as child:
                verdict = self._run.follow(child, stopping, self._may, self._well)
                self._form, other = self._other_form(list(child.complaints))
        finally:
            run, self._run = self._run, None
            run.clear()
        if verdict and not stopping.is_set() and not other:
            self._complain(verdict)
        return other

    def _complain(self, verdict: Verdict) -> None:
        self._say(self.stream.camera_id, verdict)
        # A camera may be away for days: each reason is logged once.
        if verdict != self._complained:
            log.warning("recording_ended", camera=self.stream.camera_id, state=verdict.state, why=verdict.detail)
        self._complained = verdict

    def _well(self) -> None:
        self._complained = None
        self._say(self.stream.camera_id, Verdict(OK, _words(self._form)))

    def _other_form(self, complaints: list[str]) -> tuple[tuple[str, str], bool]:
        other = held_otherwise(complaints, *self._form)
        if other is None:
            return self._form, False
        log.info("recorded_otherwise", camera=self.stream.camera_id, container=other[0], sound=other[1])
        return other, True


class _Run:
    """One ffmpeg and its working folder."""

    def __init__(self, owner: Owner, shelf: Shelf, clock: Clock, manner: Manner) -> None:
        self._owner = owner
        self._shelf = shelf
        self._clock = clock
        self._manner = manner
        self.folder = shelf.folder_for(owner.camera_id)
        self._timeline = Timeline()
        self._last: Span | None = None
        self._rest = b""
        self._size: tuple[str, int] = ("", 0)
        self._grown_at = clock.monotonic()
        self._grew = False

    def growing(self) -> Growing | None:
        newest = files(self.folder)[-1:]
        began = self._timeline.began()
        return Growing(newest[0], began) if newest and began else None

    def follow(
        self, child: Child, stopping: threading.Event, may: Callable[[], bool], well: Callable[[], None]
    ) -> Verdict | None:
        """Reads until it has ended; why it did. None when it was to: told to stop, or because the disk is full."""
        wanted = True
        while True:
            said = child.read(LOOK_S)
            self._hear(said.output)
            if said.ended:
                return self._why(child) if wanted else None
            if wanted and (stopping.is_set() or not may()):
                wanted = False
                child.stop()
                self._grown_at = self._clock.monotonic()
            if self._grows():
                well()
            elif self._silent_s() > self._patience_s(wanted):
                child.kill()
                return self._why(child) if wanted else None

    def _patience_s(self, wanted: bool) -> float:
        if not wanted:
            return END_S
        return self._manner.stall_s if self._grew else max(self._manner.stall_s, START_S)

    def _silent_s(self) -> float:
        return self._clock.monotonic() - self._grown_at

    def _why(self, child: Child) -> Verdict:
        """ffmpeg ends as in good order when a camera stalls: the file says that it did."""
        return STALLED if self._grew and self._silent_s() > SILENT_S else judge(child.complaints, self._grew)

    def clear(self) -> None:
        """Files what was not finished in order. Where the disk does not take it, it waits for the next start."""
        began = self._timeline.began()
        for work in files(self.folder):
            is_last = work == files(self.folder)[-1]
            self._file(work, began if is_last else None, whole=False)
        remove(self.folder)

    def _grows(self) -> bool:
        newest = files(self.folder)[-1:]
        size = (newest[0].name, newest[0].stat().st_size) if newest else self._size
        if size == self._size:
            return False
        # The first bytes are the file's head; what comes behind is the camera's.
        self._grew = self._grew or bool(self._size[0])
        self._size, self._grown_at = size, self._clock.monotonic()
        return self._grew

    def _hear(self, output: bytes) -> None:
        *lines, self._rest = (self._rest + output).split(b"\n")
        for line in (one.decode(errors="replace").strip() for one in lines):
            if found := _REACHED.match(line):
                self._timeline.reached(int(found["us"]) / 1e6, self._clock.now())
            elif found := _FINISHED.match(line):
                span = self._span(float(found["begin"]), float(found["end"]))
                self._file(self.folder / found["name"], span, whole=True)
                with suppress(OSError):
                    note_began(self.folder, span.ended_at)

    def _span(self, begin: float, end: float) -> Span:
        before = self._last
        span = Span(*self._timeline.cut(begin, end, self._clock.now()), is_first=before is None)
        if before and abs(span.began_at - before.ended_at) > JUMP:
            off = (span.began_at - before.ended_at).total_seconds()
            log.warning("segment_times_taken_anew", camera=self._owner.camera_id, off_s=round(off, 1))
        self._last = span
        return span

    def _file(self, work: Path, when: Span | datetime | None, whole: bool) -> None:
        try:
            self._shelf.file(self._owner, work, when, whole)
        except OSError as error:
            # It stays in the working folder, and is tried again when the run ends or the service starts.
            log.error("segment_not_filed", camera=self._owner.camera_id, name=work.name, error=error.strerror)


def _words(form: tuple[str, str]) -> str:
    container, sound = form
    if container == "mkv":
        return "its codec does not fit mp4: recorded as mkv, which not every browser plays"
    return "its sound does not fit mp4: it is recorded as AAC" if sound != "copy" else ""
