"""USB and other V4L2 cameras. A clip stands in for the device: OpenCV reads both through the same calls."""

from pathlib import Path

import cv2
import pytest

from node_agent.sources import SourceLostError
from node_agent.sources.device import DeviceSource
from tests.node_agent.staging import NOON, TestClock, brightness, clip, scene


def test_it_reads_what_the_device_gives_with_the_time_of_capture(tmp_path: Path) -> None:
    path = clip(tmp_path / "video0.avi", [scene(50), scene(100)])
    source = DeviceSource(path, (320, 240), 30, TestClock(), api=cv2.CAP_ANY)
    source.open()
    frame = source.read()
    source.close()
    assert brightness(frame) == 50
    assert frame is not None
    assert frame.captured_at == NOON


def test_a_device_that_is_unplugged_is_lost(tmp_path: Path) -> None:
    source = DeviceSource(clip(tmp_path / "video0.avi", [scene()]), None, None, TestClock(), api=cv2.CAP_ANY)
    source.open()
    source.read()
    with pytest.raises(SourceLostError, match="gives no more pictures"):
        source.read()
    source.close()


@pytest.mark.parametrize("device", [87, Path("/dev/video87")])
def test_a_device_that_is_not_there_is_named_with_what_to_check(device: int | Path) -> None:
    source = DeviceSource(device, None, None, TestClock())
    with pytest.raises(SourceLostError, match=r"camera device .*87 cannot be opened: check that it is plugged in"):
        source.open()
    source.close()
