"""Motion on made-up scenes."""

import numpy as np
import pytest

from node_agent.config import MotionSettings
from node_agent.frames import Pixels, small_grey
from node_agent.motion import MotionDetector, largest_area_percent, percent_set
from tests.node_agent.staging import scene


def changes(settings: dict[str, object], pictures: list[Pixels]) -> list[tuple[int, str]]:
    """The frames at which the state changed, and to what."""
    detector = MotionDetector(MotionSettings.model_validate(settings))
    said = [(number, detector.look(small_grey(picture))) for number, picture in enumerate(pictures)]
    return [(number, state) for number, state in said if state]


def walk(frames: int, start: int = 0, top: int = 100, side: int = 60, level: int = 80) -> list[Pixels]:
    """Something of 60×60 pixels (4.7 % of the picture) that goes to the right."""
    return [scene(level, square=(start + 8 * step, top, side)) for step in range(frames)]


def test_a_quiet_scene_becomes_still_after_min_still_frames() -> None:
    assert changes({"min_still_frames": 4}, [scene()] * 10) == [(3, "still")]


def test_something_that_walks_is_motion_after_min_motion_frames() -> None:
    found = changes({"min_motion_frames": 5}, [scene()] * 5 + walk(12))
    assert found == [(2, "still"), (9, "moving")]


def test_it_is_still_again_when_it_has_stopped() -> None:
    found = changes({"min_still_frames": 3}, [scene()] * 5 + walk(8) + [scene()] * 12)
    assert [state for _, state in found] == ["still", "moving", "still"]


def test_a_blink_shorter_than_min_motion_frames_is_nothing() -> None:
    pictures = [scene()] * 5 + walk(1) + [scene()] * 8
    assert changes({"min_motion_frames": 9}, pictures) == [(2, "still")]


def test_something_smaller_than_min_area_is_nothing() -> None:
    pictures = [scene()] * 5 + walk(12, side=10)
    assert changes({"min_area": 5}, pictures) == [(2, "still")]
    assert [state for _, state in changes({"min_area": 0.3}, pictures)] == ["still", "moving"]


def test_a_difference_below_delta_threshold_is_nothing() -> None:
    flicker = [scene() for _ in range(20)]
    for picture in flicker[::2]:
        picture[:80] += 30
    assert changes({"delta_threshold": 20}, [scene()] * 5 + flicker) == [(2, "still")]
    assert changes({"delta_threshold": 5}, [scene()] * 5 + flicker) == [(2, "still"), (7, "moving")]


@pytest.mark.parametrize("after", [5, 160, 250])
def test_a_lamp_that_is_switched_is_no_motion(after: int) -> None:
    pictures = [scene(80)] * 5 + [scene(after)] * 20
    assert changes({"min_motion_frames": 1}, pictures) == [(2, "still")]


def test_motion_is_seen_again_right_after_the_lamp_was_switched() -> None:
    pictures = [scene(40)] * 5 + [scene(140)] * 2 + walk(8, level=140)
    found = changes({"min_motion_frames": 3, "min_area": 1}, pictures)
    assert found == [(2, "still"), (9, "moving")]


def test_the_limit_of_a_light_change_is_a_setting() -> None:
    pictures = [scene()] * 5 + walk(12, side=150, top=40)
    assert changes({"light_change_percent": 3}, pictures) == [(2, "still")]
    assert [state for _, state in changes({"light_change_percent": 60}, pictures)] == ["still", "moving"]


def test_a_region_does_not_see_what_moves_elsewhere() -> None:
    pictures = [scene()] * 5 + walk(12, top=20)
    lower, upper = "(0,60),(100,100)", "(0,0),(100,40)"
    assert changes({"ROI": lower}, pictures) == [(2, "still")]
    assert [state for _, state in changes({"ROI": upper}, pictures)] == ["still", "moving"]


def test_min_area_is_a_share_of_the_region_not_of_the_picture() -> None:
    pictures = [scene()] * 5 + walk(12, top=20)
    assert [state for _, state in changes({"ROI": "(0,0),(100,50)", "min_area": 4}, pictures)] == ["still", "moving"]
    assert changes({"min_area": 9}, pictures) == [(2, "still")]


def test_a_camera_that_changes_its_size_begins_anew() -> None:
    detector = MotionDetector(MotionSettings())
    detector.look(np.zeros((240, 320), np.uint8))
    assert detector.look(np.full((180, 320), 200, np.uint8)) is None


def test_the_share_of_a_mask_is_counted_in_percent() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[:25] = 255
    assert percent_set(mask) == 25


def test_only_the_largest_spot_counts() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[10:20, 10:20] = 255
    mask[60:90, 60:90] = 255
    assert 9 < largest_area_percent(mask) < 12
    assert largest_area_percent(np.zeros((100, 100), np.uint8)) == 0
