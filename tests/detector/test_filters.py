import pytest

from services.core.polygon import Box
from services.detector.filters import judge
from services.detector.plugin import Detection
from services.store.seeing import Seeing
from services.store.zone import Zone, ZoneRef

BOX = (0.1, 0.1, 0.2, 0.2)
LOWER_HALF = ((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def reasons(seeing: Seeing, *seen: tuple[str, float], night: bool = False) -> list[str | None]:
    detections = [Detection(label, score, BOX) for label, score in seen]
    judged = judge(detections, seeing, night)
    assert [one.detection for one in judged] == detections, "nothing is discarded"
    return [one.dropped_because for one in judged]


def reason(seeing: Seeing, box: Box, label: str = "person", score: float = 0.9) -> str | None:
    (judged,) = judge([Detection(label, score, box)], seeing)
    return judged.dropped_because


def mask(*labels: str) -> Zone:
    return Zone("1", "mask", "Street", LOWER_HALF, labels or None)


def test_every_label_is_wanted_from_a_score_of_forty_percent_if_nothing_is_said() -> None:
    assert reasons(Seeing(), ("person", 0.40), ("sheep", 0.39)) == [None, "below score"]


def test_a_label_that_the_camera_does_not_want_is_kept_with_that_reason() -> None:
    seeing = Seeing(labels=frozenset({"person"}))
    assert reasons(seeing, ("person", 0.9), ("car", 0.9)) == [None, "label not wanted"]


def test_a_camera_that_wants_nothing_drops_everything() -> None:
    assert reasons(Seeing(labels=frozenset()), ("person", 0.9)) == ["label not wanted"]


def test_a_label_may_have_a_score_of_its_own() -> None:
    seeing = Seeing(label_scores={"dog": 0.8, "person": 0.2})
    assert reasons(seeing, ("dog", 0.7), ("person", 0.2), ("cat", 0.3)) == ["below score", None, "below score"]


def test_by_night_a_camera_may_want_to_be_surer_of_everything() -> None:
    seeing = Seeing(label_scores={"dog": 0.8, "person": 0.2}, night_min_score=0.6)
    seen = (("person", 0.5), ("cat", 0.59), ("cat", 0.6), ("dog", 0.7))
    assert reasons(seeing, *seen, night=True) == ["below score", "below score", None, "below score"]
    assert reasons(seeing, *seen) == [None, None, None, "below score"]


def test_by_night_nothing_changes_if_nothing_is_said() -> None:
    assert reasons(Seeing(), ("person", 0.4), night=True) == [None]


def test_what_stands_in_a_mask_is_dropped_and_what_only_reaches_into_it_is_not() -> None:
    seeing = Seeing(masks=(mask(),))
    assert reason(seeing, (0.1, 0.2, 0.2, 0.6)) == "masked"
    assert reason(seeing, (0.1, 0.2, 0.2, 1.0)) == "masked"
    assert reason(seeing, (0.1, 0.2, 0.2, 0.49)) is None


def test_a_mask_may_hold_for_some_labels_only() -> None:
    seeing = Seeing(masks=(mask("car", "truck"),))
    assert reason(seeing, (0.1, 0.2, 0.2, 0.6), "car") == "masked"
    assert reason(seeing, (0.1, 0.2, 0.2, 0.6), "person") is None


def test_what_is_smaller_or_lower_than_the_least_is_too_small() -> None:
    assert reason(Seeing(min_area=0.02), (0.1, 0.1, 0.2, 0.2)) == "too small"
    assert reason(Seeing(min_area=0.02), (0.1, 0.1, 0.3, 0.3)) is None
    assert reason(Seeing(min_height=0.2), (0.1, 0.1, 0.9, 0.25)) == "too small"


def test_what_is_larger_than_the_most_is_too_large() -> None:
    assert reason(Seeing(max_area=0.5), (0.0, 0.0, 0.9, 0.9)) == "too large"
    assert reason(Seeing(), (0.0, 0.0, 1.0, 1.0)) is None


@pytest.mark.parametrize(
    ("label", "score", "box", "said"),
    [
        ("dog", 0.1, (0.1, 0.5, 0.11, 0.6), "label not wanted"),
        ("person", 0.1, (0.1, 0.5, 0.11, 0.6), "below score"),
        ("person", 0.9, (0.1, 0.5, 0.11, 0.6), "masked"),
        ("person", 0.9, (0.1, 0.3, 0.11, 0.4), "too small"),
    ],
)
def test_the_first_reason_wins(label: str, score: float, box: Box, said: str) -> None:
    seeing = Seeing(labels=frozenset({"person"}), masks=(mask(),), min_area=0.5, max_area=0.6)
    assert reason(seeing, box, label, score) == said


def test_a_kept_detection_knows_every_zone_that_it_stands_in_and_a_dropped_one_none() -> None:
    zones = (Zone("1", "zone", "Path", LOWER_HALF), Zone("2", "zone", "Gate", LEFT_HALF))
    boxes = ((0.1, 0.2, 0.2, 0.6), (0.6, 0.2, 0.7, 0.6), (0.6, 0.2, 0.7, 0.4))
    judged = judge([Detection("person", 0.9, box) for box in boxes], Seeing(zones=zones))
    path, gate = ZoneRef("1", "Path"), ZoneRef("2", "Gate")
    assert [one.zones for one in judged] == [(path, gate), (path,), ()]
    (dropped,) = judge([Detection("person", 0.1, boxes[0])], Seeing(zones=zones))
    assert dropped.zones == ()
