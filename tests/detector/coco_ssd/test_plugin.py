from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.detector.coco_ssd import network_input
from services.detector.look import see
from services.detector.nms import overlaps
from services.detector.opening import open_detector
from services.detector.plugin import Detection, Detector, Frame, Pixels
from services.store.seeing import Seeing
from tests.detector.conftest import FrameOf

pytestmark = pytest.mark.model
# Drawn by eye on the picture of 768 x 576.
PERSONS = ((277, 196, 305, 285), (586, 140, 614, 203), (690, 303, 742, 407))
VAN = (645, 38, 716, 100)


@pytest.fixture(scope="module")
def detector(model_dir: Path) -> Detector:
    return open_detector(model_dir, "coco-ssd")


def matching(found: list[Detection], labels: set[str], drawn: tuple[int, ...]) -> list[Detection]:
    box = np.array(drawn) / (768, 576, 768, 576)
    return [one for one in found if one.label in labels and overlaps(box, np.array([one.box]))[0] > 0.5]


def test_the_three_persons_in_the_street_are_found_where_they_are(
    detector: Detector, street: Pixels, frame_of: FrameOf
) -> None:
    (found,) = detector.detect([frame_of(street)], 0.4)
    for drawn in PERSONS:
        assert len(matching(found, {"person"}, drawn)) == 1
    assert sum(one.label == "person" for one in found) == 3
    assert len(matching(found, {"car", "truck", "bus"}, VAN)) == 1


def test_an_empty_wall_is_empty(detector: Detector, frame_of: FrameOf) -> None:
    wall = np.random.default_rng(1).normal(128, 6, (480, 640, 3)).clip(0, 255).astype(np.uint8)
    assert detector.detect([frame_of(wall)], 0.4) == [[]]


def test_only_wanted_labels_count_but_all_are_told(detector: Detector, street: Pixels, frame_of: FrameOf) -> None:
    judged = see(detector, frame_of(street), Seeing(labels=frozenset({"person"})))
    counting = {one.detection.label for one in judged if one.dropped_because is None}
    dropped = {one.detection.label for one in judged if one.dropped_because == "label not wanted"}
    assert counting == {"person"}
    assert "car" in dropped


def test_a_person_in_a_crop_is_found_where_it_is_in_the_full_frame(
    detector: Detector, street: Pixels, frame_of: FrameOf
) -> None:
    x1, y1, x2, y2 = 576, 256, 768, 448
    crop: Frame = replace(frame_of(street[y1:y2, x1:x2]), crop=(x1 / 768, y1 / 576, x2 / 768, y2 / 576))
    (found,) = detector.detect([crop], 0.4)
    assert len(matching(found, {"person"}, PERSONS[2])) == 1


def test_a_tall_picture_of_the_same_street_finds_its_person(
    detector: Detector, street: Pixels, frame_of: FrameOf
) -> None:
    (found,) = detector.detect([frame_of(cv2.resize(street[256:512, 640:768], (384, 768)).astype(np.uint8))], 0.4)
    assert [one.label for one in found if one.score > 0.6] == ["person"]


def test_the_detector_says_what_it_is(detector: Detector) -> None:
    assert detector.name == "coco-ssd"
    assert detector.version.startswith("1.0.6+")
    assert {"person", "dog", "truck"} <= detector.labels
    assert len(detector.labels) == 80
    assert detector.input_size == (300, 300)
    assert not detector.remote


def test_two_frames_are_answered_in_their_order(detector: Detector, street: Pixels, frame_of: FrameOf) -> None:
    blank = frame_of(np.full((100, 100, 3), 90, np.uint8))
    first, second = detector.detect([blank, frame_of(street)], 0.4)
    assert first == []
    assert len(second) >= 3


def test_the_network_is_given_red_first_from_minus_one_to_one() -> None:
    blue = np.zeros((2, 2, 3), np.uint8)
    blue[..., 0] = 255
    assert network_input(blue)[0, :, 0, 0].tolist() == [-1, -1, 1]
