"""A remote detector looks first; the local one stands in where it cannot, and the outcome says why."""

import pytest
from prometheus_client import REGISTRY

from services.detector.looking import look
from services.detector.pins import PINS
from services.detector.plugin import Detection, DetectorError, Frame, Unavailable
from services.look.file import Picture, Unfinished
from services.store.seeing import Seeing
from services.store.work import Job
from tests.detector.fakes import PERSON, Scripted
from tests.pictures import NOON, HeldClock, jpeg

JOB = Job("0198", "front", "images/2026-05-01/x.jpg", 10, NOON, NOON, 1)
DOG = Detection("dog", 0.9, (0.1, 0.2, 0.5, 0.8))


class Remote(Scripted):
    name, version, remote = "far", "7", True


def away(frame: Frame) -> list[Detection]:
    raise Unavailable("far does not answer")


def test_what_the_remote_one_finds_counts() -> None:
    made = look(Scripted(), HeldClock(), Picture(JOB, jpeg()), Remote(lambda _: [DOG]))
    assert [one.label for one in made.kept] == ["dog"]
    assert (made.model, made.model_version, made.fell_back_because) == ("far", "7", None)


def test_the_local_one_stands_in_and_the_outcome_says_why() -> None:
    made = look(Scripted(), HeldClock(), Picture(JOB, jpeg()), Remote(away))
    assert [one.label for one in made.kept] == ["person"]
    assert (made.model, made.model_version, made.fell_back_because) == ("scripted", "1+0", "far does not answer")


def test_standing_in_is_counted() -> None:
    before = REGISTRY.get_sample_value("detector_fell_back_total") or 0
    look(Scripted(), HeldClock(), Picture(JOB, jpeg()), Remote())
    look(Scripted(), HeldClock(), Picture(JOB, jpeg()), Remote(away))
    assert REGISTRY.get_sample_value("detector_fell_back_total") == before + 1


def test_a_reason_is_no_longer_than_its_column() -> None:
    def long(frame: Frame) -> list[Detection]:
        raise Unavailable("x" * 400)

    made = look(Scripted(), HeldClock(), Picture(JOB, jpeg()), Remote(long))
    assert made.fell_back_because == "x" * 300


def test_a_broken_picture_is_asked_of_nobody() -> None:
    local, remote = Scripted(), Remote()
    assert look(local, HeldClock(), Picture(JOB, b"hello"), remote).error
    assert (local.cameras, remote.cameras) == ([], [])


def test_when_the_local_one_cannot_look_either_it_is_tried_again() -> None:
    def fail(frame: Frame) -> list[Detection]:
        raise DetectorError("the memory is full")

    with pytest.raises(Unfinished, match="the memory is full"):
        look(Scripted(fail), HeldClock(), Picture(JOB, jpeg()), Remote(away))


class Weak(Scripted):
    """As FastestDet, whose weak finds are worth nothing."""

    name = "fastestdet"


def test_a_model_that_must_be_surer_raises_the_cameras_general_score_but_not_what_was_set_for_a_label() -> None:
    def answer(frame: Frame) -> list[Detection]:
        return [Detection(label, 0.55, PERSON.box) for label in ("person", "cat")]

    assert PINS["fastestdet"].least == 0.6
    job = Job("0198", "front", "x.jpg", 10, NOON, NOON, 1, Seeing(min_score=0.4, label_scores={"cat": 0.5}))
    picture = Picture(job, jpeg())
    assert [one.label for one in look(Weak(answer), HeldClock(), picture).kept] == ["cat"]
    assert {one.label for one in look(Scripted(answer), HeldClock(), picture).kept} == {"person", "cat"}
