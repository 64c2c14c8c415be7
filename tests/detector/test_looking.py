from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.core.media import Media
from services.detector.looking import look
from services.detector.plugin import Detection, DetectorError, Frame
from services.look.file import FILE_MAX, MediaAway, Picture, Unfinished, read
from services.store.seeing import Seeing
from services.store.work import Job
from tests.detector.fakes import PERSON, Scripted
from tests.pictures import NOON, HeldClock, jpeg

JOB = Job("0198", "front", "images/2026-05-01/x.jpg", 10, NOON, NOON, 1)


@pytest.fixture
def media(tmp_path: Path) -> Media:
    made = Media(tmp_path)
    made.prepare()
    return made


def test_a_picture_is_read_and_looked_at(media: Media) -> None:
    media.place(JOB.path, jpeg())
    clock = HeldClock()

    def answer(frame: Frame) -> list[Detection]:
        assert frame.bgr.shape == (48, 64, 3)
        clock.pass_by(0.25)
        return [PERSON]

    made = look(Scripted(answer), clock, read(media, JOB))
    assert [one.label for one in made.kept] == ["person"]
    assert made.took_ms == pytest.approx(250)


def test_what_the_camera_does_not_want_is_dropped_with_the_reason(media: Media) -> None:
    media.place(JOB.path, jpeg())
    made = look(Scripted(), HeldClock(), read(media, replace(JOB, seeing=Seeing(labels=frozenset({"dog"})))))
    assert [(one.label, one.dropped_because) for one in made.found] == [("person", "label not wanted")]
    strict = look(Scripted(), HeldClock(), read(media, replace(JOB, seeing=Seeing(min_score=0.95))))
    assert [one.dropped_because for one in strict.found] == ["below score"]


def test_a_missing_file_is_said_by_name(media: Media) -> None:
    made = look(Scripted(), HeldClock(), read(media, JOB))
    assert made.error == "its file is missing: images/2026-05-01/x.jpg"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the picture is empty"),
        (b"hello", "neither JPEG nor PNG"),
        (jpeg()[:300], "cut off"),
    ],
)
def test_a_broken_picture_fails_with_the_reason(media: Media, data: bytes, words: str) -> None:
    media.place(JOB.path, data)
    made = look(Scripted(), HeldClock(), read(media, JOB))
    assert made.error
    assert words in made.error


def test_a_picture_with_too_many_pixels_fails_before_it_is_decoded(media: Media) -> None:
    done, data = cv2.imencode(".png", np.zeros((8000, 8000), np.uint8))
    assert done
    media.place(JOB.path, data.tobytes())
    made = look(Scripted(), HeldClock(), read(media, JOB))
    assert made.error == "the picture is 8000 x 8000, more than 50 million pixels"


def test_a_file_that_is_too_large_is_not_read(media: Media) -> None:
    media.place(JOB.path, b"x")
    with media.path(JOB.path).open("r+b") as file:
        file.truncate(FILE_MAX + 1)
    made = look(Scripted(), HeldClock(), read(media, JOB))
    assert made.error
    assert "too large" in made.error


def test_a_path_that_leads_out_of_the_media_folder_is_not_read(media: Media) -> None:
    assert read(media, replace(JOB, path="images/../../etc/passwd")).problem


def test_a_media_folder_that_is_away_is_no_pictures_fault(tmp_path: Path) -> None:
    with pytest.raises(MediaAway, match="mount the disk"):
        read(Media(tmp_path / "unmounted"), JOB)


def test_a_disk_that_refuses_is_tried_again(media: Media) -> None:
    media.path(JOB.path).mkdir(parents=True)
    with pytest.raises(Unfinished, match="cannot be read"):
        read(media, JOB)


def test_a_detector_that_cannot_look_is_tried_again() -> None:
    def fail(frame: Frame) -> list[Detection]:
        raise DetectorError("the accelerator is busy")

    with pytest.raises(Unfinished, match="busy"):
        look(Scripted(fail), HeldClock(), Picture(JOB, jpeg()))
