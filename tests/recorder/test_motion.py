import cv2
import numpy as np
import numpy.typing as npt
import pytest

from services.recorder.motion import MOVING, STILL, Gate, Rules, shrunk

RULES = Rules(area_percent=0.3, contrast=25, still_s=5)
Grey = npt.NDArray[np.uint8]


def view(box: tuple[int, int] | None = None, shade: int = 90) -> Grey:
    """A yard, 320 wide; with a dark thing of 40x60 at a place."""
    frame = np.full((180, 320), shade, np.uint8)
    frame[::20] += 20
    if box:
        frame[box[1] : box[1] + 60, box[0] : box[0] + 40] = 10
    return frame


def test_a_thing_that_comes_is_motion_and_five_seconds_without_any_end_it() -> None:
    gate = Gate(RULES)
    assert [gate.look(view(), at) for at in range(3)] == [None] * 3
    assert gate.look(view((100, 60)), 3) == MOVING
    assert gate.look(view((160, 60)), 4) is None
    assert gate.moves
    states = [gate.look(view(), at) for at in range(5, 25)]
    assert states.count(STILL) == 1
    assert not gate.moves


def test_what_stays_becomes_part_of_the_view() -> None:
    gate = Gate(RULES)
    states = [gate.look(view((100, 60) if at else None), at) for at in range(40)]
    assert [one for one in states if one] == [MOVING, STILL]


def test_a_lamp_that_is_switched_is_no_motion() -> None:
    gate = Gate(RULES)
    assert [gate.look(view(shade=shade), at) for at, shade in enumerate((90, 90, 200, 200, 40, 40))] == [None] * 6


@pytest.mark.parametrize("apart_s", [0.5, 2, 4, 6])
def test_a_lamp_that_is_switched_on_where_something_moves_does_not_end_the_visit(apart_s: float) -> None:
    gate = Gate(RULES)
    seen = [view(), *(view((40 * at, 60), shade=90 if at < 3 else 200) for at in range(7))]
    states = []
    for number, frame in enumerate(seen):
        states += [gate.look(frame, number * apart_s), gate.wait((number + 0.9) * apart_s)]
    assert [one for one in states if one] == [MOVING]
    assert gate.moves
    assert gate.wait(1000) == STILL


@pytest.mark.parametrize("apart_s", [2, 4, 6])
def test_a_visit_to_a_camera_of_few_key_frames_is_one(apart_s: float) -> None:
    gate = Gate(RULES)
    states = [gate.look(view(), at * apart_s) for at in range(3)]
    for number in range(3, 8):
        states += [gate.look(view((40 * number - 100, 60)), number * apart_s), gate.wait((number + 0.9) * apart_s)]
    assert [one for one in states if one] == [MOVING]
    assert gate.wait(7 * apart_s + 15) == STILL


def test_what_moved_when_a_view_was_lost_goes_on_when_it_is_back_soon() -> None:
    gate = Gate(RULES)
    gate.look(view(), 0)
    assert gate.look(view((100, 60)), 1) == MOVING
    gate.begin_anew()
    assert [gate.look(view((140, 60), shade=120), 4), gate.look(view((180, 60), shade=120), 5)] == [None, None]
    assert gate.moves


def test_noise_and_what_is_masked_do_not_count() -> None:
    noise = np.random.default_rng(1)
    gate = Gate(RULES)
    for at in range(5):
        assert gate.look((view() + noise.integers(0, 12, (180, 320))).astype(np.uint8), at) is None
    left_half = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    masked = Gate(RULES, [left_half])
    masked.look(view(), 0)
    assert masked.look(view((60, 60)), 1) is None
    assert masked.look(view((260, 60)), 2) == MOVING


def test_a_camera_that_changes_its_resolution_begins_anew() -> None:
    gate = Gate(RULES)
    gate.look(view(), 0)
    assert gate.look(np.full((240, 320), 200, np.uint8), 1) is None


def test_a_jpeg_is_shrunk_and_what_is_none_is_told_apart() -> None:
    done, data = cv2.imencode(".jpg", np.full((720, 1280, 3), 90, np.uint8))
    assert done
    frame = shrunk(data.tobytes())
    assert frame is not None
    assert frame.shape == (180, 320)
    assert shrunk(b"\xff\xd8\xff nothing") is None
