"""A source that comes back by itself."""

import structlog

from node_agent.backoff import Backoff
from node_agent.clock import Clock
from node_agent.frames import Frame
from node_agent.sources import Source, SourceLostError

_log = structlog.get_logger()


class ReopeningSource:
    """Opens another source when it is read, and again, ever more patiently, whenever it is lost."""

    def __init__(self, source: Source, camera: str, clock: Clock) -> None:
        self._source = source
        self._camera = camera
        self._clock = clock
        self._backoff = Backoff(first=1.0, longest=30.0)
        self._is_open = False

    def open(self) -> None:
        """The first read opens."""

    def read(self) -> Frame | None:
        """The next picture; None while the source is lost, after a wait. Raises SourceEndedError."""
        try:
            if not self._is_open:
                self._source.open()
                self._is_open = True
            frame = self._source.read()
        except SourceLostError as error:
            self._lost(error)
            return None
        if frame is not None:
            self._back()
        return frame

    def close(self) -> None:
        """Close the source inside."""
        self._source.close()
        self._is_open = False

    def _lost(self, error: SourceLostError) -> None:
        self.close()
        if not self._backoff.failures:
            _log.warning("camera_lost", camera=self._camera, reason=str(error))
        self._clock.wait(self._backoff.fail())

    def _back(self) -> None:
        if self._backoff.failures:
            _log.info("camera_back", camera=self._camera, attempts=self._backoff.failures)
            self._backoff.succeed()
