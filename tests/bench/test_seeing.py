"""The benchmark of seeing: its scenes, and what it counts."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import Engine

from bench.seeing import Eye, in_words, parked_shots, repeated, standing_shots
from bench.standstill import shot, street
from services.detector.plugin import Detection
from services.store.sighting import Sighting
from tests.detector.fakes import Scripted
from tests.detector.sighting.memory import CAR, Remembered, car, put
from tests.detector.sighting.memory import street as drawn


def arrival(box: tuple[float, float, float, float]) -> Sighting:
    camera = Remembered()
    camera.look(0, car(box))
    return camera.visits[0]


def test_an_arrival_where_something_had_arrived_before_is_a_repeated_one() -> None:
    first, beside = arrival(CAR), arrival((0.7, 0.5, 0.9, 0.7))
    again = replace(first, id="another")
    assert repeated([first, beside]) == []
    assert repeated([first, beside, again]) == [again]


def test_no_two_pictures_of_a_standing_scene_are_alike() -> None:
    shots = [data for _, data in standing_shots(drawn(), put(drawn(), CAR))]
    assert len(set(shots)) == len(shots) == 240


def test_the_parked_scene_lasts_as_long_as_asked_and_ends_in_the_night() -> None:
    shots = list(parked_shots(drawn(), 2))
    dusk, night = (
        np.asarray(cv2.imdecode(np.frombuffer(shots[at][1], np.uint8), cv2.IMREAD_COLOR)) for at in (130, -1)
    )
    assert (len(shots), shots[-1][0]) == (240, 7170)
    assert dusk.mean() > night.mean()


def test_a_shadow_lies_on_a_part_of_the_picture() -> None:
    data = shot(np.full((40, 80, 3), 200, np.uint8), 1, 1.0, 0.5)
    view = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert view is not None
    assert view[:, :30].mean() < 110
    assert view[:, 50:].mean() > 190


def test_a_file_that_is_not_the_clip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="is not the clip"):
        street(tmp_path / "none.avi")


@pytest.mark.mariadb
def test_the_eye_counts_what_arrives_and_departs(engine: Engine) -> None:
    def find(frame: object) -> list[Detection]:
        return [Detection("car", 0.8, CAR)]

    bright, dim = (shot(put(drawn(), CAR), number, light) for number, light in ((1, 1.0), (2, 0.6)))
    seen = Eye(engine, Scripted(find)).see("Kerb", [(float(second), (bright, dim)[second % 2]) for second in range(6)])
    assert (seen.pictures, len(seen.of("car")), seen.departed) == (6, 1, [])


def test_the_figures_are_told_line_by_line() -> None:
    told = in_words({"parked": {"hours": 12, "repeated_arrivals": 0}})
    assert [line.split() for line in told] == [["parked", "hours", "12"], ["parked", "repeated_arrivals", "0"]]
