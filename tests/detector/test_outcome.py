import pytest

from services.detector.filters import Judged
from services.detector.outcome import Look, failed, is_usable, refused, seen
from services.detector.plugin import Detection
from services.store.work import Job
from services.store.zone import ZoneRef
from tests.pictures import NOON

LOOK = Look("coco-ssd", "1.0.6+8d16", 12.5)
JOB = Job("0198", "front", "images/x.jpg", 10, NOON, NOON, 1)


def judged(score: float = 0.5, box: tuple[float, float, float, float] = (0, 0, 1, 1), label: str = "dog") -> Judged:
    return Judged(Detection(label, score, box))


def test_the_strongest_comes_first() -> None:
    made = seen(JOB, [judged(0.5), judged(0.9), judged(0.7)], LOOK)
    assert [one.score for one in made.found] == [0.9, 0.7, 0.5]
    assert (made.model, made.model_version, made.took_ms, made.error) == ("coco-ssd", "1.0.6+8d16", 12.5, None)


def test_a_reason_for_dropping_stays_with_its_detection() -> None:
    made = seen(JOB, [Judged(judged().detection, "below score")], LOOK)
    assert made.found[0].dropped_because == "below score"
    assert made.kept == []


@pytest.mark.parametrize(
    "box",
    [
        (0.5, 0.1, 0.5, 0.9),
        (0.1, 0.1, 0.1 + 1e-12, 0.9),
        (-0.1, 0, 1, 1),
        (0, 0, 1.001, 1),
        (0.9, 0, 0.1, 1),
        (float("nan"), 0, 1, 1),
    ],
)
def test_what_no_row_can_hold_is_left_out_and_counted(box: tuple[float, float, float, float]) -> None:
    assert not is_usable(judged(box=box))
    assert refused([judged(), judged(box=box)]) == 1
    assert len(seen(JOB, [judged(), judged(box=box)], LOOK).found) == 1


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_score_that_is_no_share_is_left_out(score: float) -> None:
    assert not is_usable(judged(score))


def test_the_zones_of_a_detection_stay_with_it() -> None:
    made = seen(JOB, [Judged(judged().detection, zones=(ZoneRef("7", "Path"),))], LOOK)
    assert made.found[0].zones == (ZoneRef("7", "Path"),)


def test_a_failure_says_why_and_names_no_model() -> None:
    made = failed(JOB, "the picture is empty")
    assert (made.error, made.model, made.found) == ("the picture is empty", None, [])
