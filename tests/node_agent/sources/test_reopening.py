"""A source that comes back by itself."""

import pytest
from structlog.testing import capture_logs

from node_agent.frames import Frame
from node_agent.sources import SourceEndedError, SourceLostError
from node_agent.sources.reopening import ReopeningSource
from tests.node_agent.staging import NOON, TestClock, scene


class MoodySource:
    """Does at each opening and reading what a list says."""

    def __init__(self, moods: list[Exception | Frame | None]) -> None:
        self._moods = iter(moods)
        self.opened = 0
        self.closed = 0

    def open(self) -> None:
        self.opened += 1
        self._next()

    def read(self) -> Frame | None:
        return self._next()

    def close(self) -> None:
        self.closed += 1

    def _next(self) -> Frame | None:
        mood = next(self._moods)
        if isinstance(mood, Exception):
            raise mood
        return mood


LOST = SourceLostError("unplugged")
OPENED = None
PICTURE = Frame(scene(), NOON)


def read(source: MoodySource, times: int, clock: TestClock) -> list[Frame | None]:
    reopening = ReopeningSource(source, "Demo Street", clock)
    reopening.open()
    return [reopening.read() for _ in range(times)]


def test_it_opens_again_ever_more_patiently() -> None:
    clock, source = TestClock(), MoodySource([LOST] * 7)
    assert read(source, 7, clock) == [None] * 7
    assert clock.waits == [1, 2, 4, 8, 16, 30, 30]
    assert (source.opened, source.closed) == (7, 7)


def test_a_loss_while_reading_closes_and_opens_anew() -> None:
    clock, source = TestClock(), MoodySource([OPENED, PICTURE, LOST, OPENED, PICTURE])
    assert read(source, 3, clock) == [PICTURE, None, PICTURE]
    assert (source.opened, source.closed) == (2, 1)


def test_patience_is_full_again_after_a_picture_but_not_after_an_opening() -> None:
    clock, source = TestClock(), MoodySource([LOST, OPENED, LOST, OPENED, PICTURE, LOST])
    read(source, 4, clock)
    assert clock.waits == [1, 2, 1]


def test_a_loss_and_a_return_are_logged_once_each() -> None:
    source = MoodySource([LOST, LOST, LOST, OPENED, PICTURE, PICTURE])
    with capture_logs() as logs:
        read(source, 5, TestClock())
    assert [(log["event"], log["camera"]) for log in logs] == [
        ("camera_lost", "Demo Street"),
        ("camera_back", "Demo Street"),
    ]
    assert logs[0]["reason"] == "unplugged"


def test_the_end_of_a_source_is_passed_on() -> None:
    with pytest.raises(SourceEndedError):
        read(MoodySource([OPENED, SourceEndedError("played")]), 1, TestClock())
