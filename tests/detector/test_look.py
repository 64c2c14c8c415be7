from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from services.core.polygon import Box
from services.detector.look import FLOOR, Looker, examine, see
from services.detector.plugin import Detection, Frame
from services.store.seeing import Seeing
from tests.detector.conftest import FrameOf


class White:
    """A plug-in that finds white rectangles, and tells how it was asked."""

    name, version, labels = "white", "1", frozenset({"sheep"})
    max_batch, remote = 2, False

    def __init__(self, input_size: tuple[int, int] | None = (300, 300), score: float = 0.9) -> None:
        self.input_size, self.score = input_size, score
        self.batches: list[int] = []
        self.asked: list[float] = []
        self.shapes: set[tuple[int, ...]] = set()
        self.closed = self.warm = False

    def warmup(self) -> None:
        self.warm = True

    def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
        self.batches.append(len(frames))
        self.asked.append(min_score)
        self.shapes |= {frame.bgr.shape for frame in frames}
        return [[Detection("sheep", self.score, box, raw_label="Sheep") for box in _white(frame)] for frame in frames]

    def close(self) -> None:
        self.closed = True


def _white(frame: Frame) -> list[Box]:
    rows, columns = np.nonzero((frame.bgr > 200).all(axis=2))
    height, width = frame.bgr.shape[:2]
    if not rows.size:
        return []
    box = (columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height)
    return [box, box]  # found twice, as models do


@pytest.fixture
def sheep(frame_of: FrameOf) -> Frame:
    bgr = np.zeros((480, 640, 3), np.uint8)
    bgr[120:240, 320:480] = 255
    return frame_of(bgr)


WHERE_IT_IS = pytest.approx((0.5, 0.25, 0.75, 0.5), abs=0.006)


@pytest.mark.parametrize("input_size", [(300, 300), (640, 320), None])
def test_a_thing_is_found_once_and_where_it_is_in_the_picture(sheep: Frame, input_size: tuple[int, int] | None) -> None:
    plugin = White(input_size)
    ((found,),) = Looker(plugin).detect([sheep], 0.4)
    assert found.box == WHERE_IT_IS
    assert (found.label, found.raw_label, found.score) == ("sheep", "Sheep", 0.9)
    assert plugin.shapes == {(480, 640, 3) if input_size is None else (input_size[1], input_size[0], 3)}


def test_a_thing_in_a_crop_is_found_where_it_is_in_the_full_frame(sheep: Frame) -> None:
    right_half = replace(sheep, bgr=sheep.bgr[:, 320:], crop=(0.5, 0, 1, 1))
    ((found,),) = Looker(White()).detect([right_half], 0.4)
    assert found.box == WHERE_IT_IS


def test_frames_go_to_the_plug_in_in_batches_and_come_back_in_order(sheep: Frame) -> None:
    plugin = White()
    empty = replace(sheep, bgr=np.zeros_like(sheep.bgr))
    found = Looker(plugin).detect([sheep, empty, empty, sheep, empty], 0.4)
    assert plugin.batches == [2, 2, 1]
    assert [len(one) for one in found] == [1, 0, 0, 1, 0]


def test_a_box_wholly_in_the_padding_is_nothing(frame_of: FrameOf) -> None:
    class InTheBar(White):
        def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
            return [[Detection("sheep", 0.9, (0.1, 0.0, 0.4, 0.1))] for _ in frames]

    wide = frame_of(np.zeros((100, 200, 3), np.uint8))
    assert Looker(InTheBar()).detect([wide], 0.4) == [[]]


def test_a_weak_find_is_kept_with_the_reason_against_it(sheep: Frame) -> None:
    plugin = White(score=0.3)
    (judged,) = see(Looker(plugin), sheep, Seeing())
    assert judged.dropped_because == "below score"
    assert plugin.asked == [FLOOR]


def test_a_camera_may_ask_for_less_than_the_floor(sheep: Frame) -> None:
    plugin = White()
    see(Looker(plugin), sheep, Seeing(label_scores={"sheep": 0.1}))
    assert plugin.asked == [0.1]


def test_with_crops_the_parts_are_looked_at_besides_the_whole_and_a_thing_is_found_once(sheep: Frame) -> None:
    plugin = White()
    (judged,) = see(Looker(plugin), sheep, Seeing(crops="tiles9"))
    assert judged.detection.box == WHERE_IT_IS
    assert sum(plugin.batches) == 10


def test_what_only_a_part_shows_well_is_found_where_it_is_in_the_full_frame(sheep: Frame) -> None:
    class ShortSighted(White):
        def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
            return [found if frame.crop else [] for frame, found in zip(frames, super().detect(frames, 0), strict=True)]

    (judged,) = see(Looker(ShortSighted()), sheep, Seeing(crops="squares"))
    assert judged.detection.box == WHERE_IT_IS
    assert see(Looker(ShortSighted()), sheep, Seeing()) == []


def test_parts_are_not_sent_to_a_detector_that_is_paid_by_the_picture(sheep: Frame) -> None:
    plugin = White()
    plugin.remote = True
    assert len(see(Looker(plugin), sheep, Seeing(crops="tiles4"))) == 1
    assert plugin.batches == [1]


@pytest.mark.parametrize(("crops", "decoded"), [("whole", 600), ("tiles4", 1200), ("tiles9", 2400)])
def test_a_large_jpeg_is_decoded_large_enough_for_its_parts(crops: str, decoded: int) -> None:
    class Measuring(White):
        def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
            widths.append(frames[0].bgr.shape[1])
            return [[] for _ in frames]

    widths: list[int] = []
    jpeg = cv2.imencode(".jpg", np.zeros((1800, 2400, 3), np.uint8))[1].tobytes()
    examine(Measuring(), jpeg, "porch", datetime(2026, 5, 1, tzinfo=UTC), Seeing(crops=crops))
    assert widths == [decoded]


def test_a_picture_without_colour_is_judged_as_by_night(sheep: Frame) -> None:
    (judged,) = see(Looker(White(score=0.7)), sheep, Seeing(night_min_score=0.8))
    assert judged.dropped_because == "below score"
    coloured = replace(sheep, bgr=sheep.bgr.copy())
    coloured.bgr[:100] = (0, 0, 250)
    (judged,) = see(Looker(White(score=0.7)), coloured, Seeing(night_min_score=0.8))
    assert judged.dropped_because is None


def test_a_jpeg_is_decoded_and_looked_at(sheep: Frame) -> None:
    jpeg = cv2.imencode(".jpg", sheep.bgr)[1].tobytes()
    (judged,) = examine(Looker(White()), jpeg, sheep.camera_id, sheep.timestamp, Seeing())
    assert judged.detection.box == WHERE_IT_IS
    assert judged.dropped_because is None


def test_warming_up_and_closing_reach_the_plug_in() -> None:
    plugin = White()
    looker = Looker(plugin)
    looker.warmup()
    looker.close()
    assert plugin.warm
    assert plugin.closed
