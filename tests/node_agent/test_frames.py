"""Captured pictures inside the agent."""

import cv2
import numpy as np
import pytest

from node_agent.frames import Frame, jpeg, scaled, small_grey
from tests.node_agent.staging import NOON, scene


def test_nobody_can_paint_over_a_frame() -> None:
    frame = Frame(scene(), NOON)
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0] = 255


def test_a_frame_is_scaled_to_the_resolution_asked_for() -> None:
    frame = scaled(Frame(scene(), NOON), (160, 100))
    assert (frame.pixels.shape, frame.captured_at) == ((100, 160, 3), NOON)


def test_a_frame_of_the_right_size_is_left_alone() -> None:
    frame = Frame(scene(), NOON)
    assert scaled(frame, (320, 240)) is frame
    assert scaled(frame, None) is frame


def test_detectors_see_grey_at_width_320_in_proportion() -> None:
    assert small_grey(np.zeros((576, 768, 3), np.uint8)).shape == (240, 320)


def test_the_quality_setting_changes_the_jpeg() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)
    assert len(jpeg(noise, 30)) < len(jpeg(noise, 95))


def test_a_jpeg_decodes_to_the_same_size() -> None:
    decoded = cv2.imdecode(np.frombuffer(jpeg(scene(), 90), np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (240, 320, 3)
