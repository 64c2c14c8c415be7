"""Pictures that arrive by themselves."""

from pathlib import Path

import cv2

from node_agent.sources.live import LiveCapture
from tests.node_agent.staging import TestClock, brightness, clip, scene


class TickingClock(TestClock):
    """Ten pictures arrive per second: a tenth passes each time somebody looks when one arrived."""

    __test__ = False

    def monotonic(self) -> float:
        self.seconds += 0.1
        return self.seconds


def test_pictures_beyond_the_frame_rate_are_taken_and_thrown_away(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.avi", [scene(level) for level in range(20, 220, 10)])
    live = LiveCapture("camera", 2, TickingClock())
    live.use(cv2.VideoCapture(str(path)), "")
    levels = [brightness(live.read()) for _ in range(3)]
    live.close()
    assert levels[1] - levels[0] > 10
    assert levels[2] - levels[1] > 10


def test_a_stop_ends_the_reading(tmp_path: Path) -> None:
    clock = TestClock()
    live = LiveCapture("camera", None, clock)
    live.use(cv2.VideoCapture(str(clip(tmp_path / "a.avi", [scene()] * 3))), "")
    clock.stopping = True
    assert live.read() is None
    live.close()
