"""One camera: reads its source, has its detectors look, and puts events and pictures into the outbox."""

from collections import deque
from dataclasses import dataclass

import structlog

from node_agent.clock import Clock
from node_agent.config import CameraSection, DetectorSettings
from node_agent.detectors import Detector, detector_of
from node_agent.frames import Frame, jpeg, scaled, small_grey
from node_agent.messages import Writer, event_text, picture_text
from node_agent.outbox import Outbox
from node_agent.pace import Pace
from node_agent.sources import Source, SourceEndedError

_log = structlog.get_logger()


@dataclass(eq=False)
class Shot:
    """A frame, and whether the hub has it: no frame goes out twice, however many detectors ask for it."""

    frame: Frame
    sent: bool = False


@dataclass(frozen=True)
class Watch:
    """A detector and what its settings want sent."""

    detector: Detector
    settings: DetectorSettings


class Camera:
    """Runs in a thread of its own; `name` is the hub's identity of it, `node view`."""

    def __init__(self, name: str, settings: CameraSection, source: Source, outbox: Outbox, clock: Clock) -> None:
        self.name = name
        self._settings = settings
        self._source = source
        self._outbox = outbox
        self._clock = clock
        self._writer = Writer()
        self._watches = [Watch(detector_of(one), one) for one in settings.detectors]
        self._recent: deque[Shot] = deque(maxlen=_ring_length(settings))
        self._pace = Pace(settings.send_every_seconds, clock)

    def run(self) -> None:
        """Work until the agent stops or the source has ended."""
        self._source.open()
        try:
            while not self._clock.stopping:
                self.step()
        except SourceEndedError as end:
            _log.info("camera_ended", camera=self.name, reason=str(end))
        finally:
            self._source.close()

    def step(self) -> None:
        """Read one frame and do all that it causes: events first, then their pictures, then the regular one."""
        frame = self._source.read()
        if frame is None:
            return
        shot = Shot(scaled(frame, self._settings.resolution))
        self._recent.append(shot)
        self._watch(shot)
        if self._settings.sends_continuously and not self._pace.remaining():
            self._pace.step()
            self._send(shot)

    def _watch(self, shot: Shot) -> None:
        if not self._watches:
            return
        grey = small_grey(shot.frame.pixels)
        for watch in self._watches:
            state = watch.detector.look(grey)
            if state is not None:
                self._report(watch, state, shot)

    def _report(self, watch: Watch, state: str, shot: Shot) -> None:
        shots = self._wanted(watch.settings) if watch.settings.shows(state) else []
        text = event_text(self.name, watch.detector.kind, state, watch.settings.logged_roi)
        first = shots[0].frame.captured_at if shots else None
        self._outbox.put(self._writer.event(text, shot.frame.captured_at, before=first))
        _log.info("event_seen", camera=self.name, text=text)
        for one in shots:
            self._send(one)

    def _wanted(self, settings: DetectorSettings) -> list[Shot]:
        if settings.send_frames == "none":
            return []
        count = 1 if settings.send_frames == "continuous" else settings.send_count
        return [one for one in list(self._recent)[-count:] if not one.sent]

    def _send(self, shot: Shot) -> None:
        if shot.sent:
            return
        shot.sent = True
        frame = shot.frame
        body = jpeg(frame.pixels, self._settings.jpeg_quality)
        self._outbox.put(self._writer.picture(picture_text(self.name), frame.captured_at, body))


def _ring_length(settings: CameraSection) -> int:
    """How many frames an event may ask for."""
    return max([one.send_count for one in settings.detectors if one.send_frames == "detected event"], default=1)
