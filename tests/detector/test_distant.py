"""What parts of a picture win, with the default model on a real one."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from services.detector.look import find
from services.detector.nms import overlaps
from services.detector.opening import open_detector
from services.detector.plugin import Detector, Pixels
from tests.detector.conftest import FrameOf

pytestmark = pytest.mark.model
# Drawn by eye on frame 160 of 768 x 576: two of them far away, 55 and 77 pixels high.
PERSONS = ((657, 111, 676, 166), (674, 107, 699, 184), (474, 200, 503, 286), (501, 220, 542, 310), (349, 174, 381, 248))


@pytest.fixture(scope="module")
def detector(model_dir: Path) -> Detector:
    return open_detector(model_dir, "coco-ssd")


@pytest.fixture(scope="module")
def far_away(clip: Path) -> Pixels:
    capture = cv2.VideoCapture(str(clip))
    capture.set(cv2.CAP_PROP_POS_FRAMES, 160)
    good, bgr = capture.read()
    capture.release()
    assert good
    return bgr.astype("uint8")


def persons(detector: Detector, bgr: Pixels, frame_of: FrameOf, crops: str) -> list[int]:
    """How many finds there are for each drawn person."""
    found = [one.box for one in find(detector, frame_of(bgr), 0.4, crops) if one.label == "person"]
    drawn = np.array(PERSONS) / (768, 576, 768, 576)
    return [int((overlaps(box, np.array(found)) > 0.5).sum()) for box in drawn]


def test_small_persons_are_found_in_parts_of_the_picture_only_and_none_of_them_twice(
    detector: Detector, far_away: Pixels, frame_of: FrameOf
) -> None:
    assert persons(detector, far_away, frame_of, "whole") == [0, 0, 0, 0, 1]
    assert persons(detector, far_away, frame_of, "squares") == [1, 1, 1, 1, 1]
    assert persons(detector, far_away, frame_of, "tiles9") == [1, 1, 1, 1, 1]
