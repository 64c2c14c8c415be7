from services.detector.filters import BELOW_SCORE, LABEL_NOT_WANTED, Rules, judge
from services.detector.plugin import Detection

BOX = (0.1, 0.1, 0.2, 0.2)


def reasons(rules: Rules, *seen: tuple[str, float]) -> list[str | None]:
    detections = [Detection(label, score, BOX) for label, score in seen]
    judged = judge(detections, rules)
    assert [one.detection for one in judged] == detections, "nothing is discarded"
    return [one.dropped_because for one in judged]


def test_every_label_is_wanted_from_a_score_of_forty_percent_if_nothing_is_said() -> None:
    assert reasons(Rules(), ("person", 0.40), ("sheep", 0.39)) == [None, "below score"]


def test_a_label_that_the_camera_does_not_want_is_kept_with_that_reason() -> None:
    rules = Rules(wanted=frozenset({"person"}))
    assert reasons(rules, ("person", 0.9), ("car", 0.9)) == [None, "label not wanted"]


def test_a_camera_that_wants_nothing_drops_everything() -> None:
    assert reasons(Rules(wanted=frozenset()), ("person", 0.9)) == [LABEL_NOT_WANTED]


def test_the_label_is_judged_before_the_score() -> None:
    assert reasons(Rules(wanted=frozenset()), ("person", 0.1)) == [LABEL_NOT_WANTED]


def test_a_label_may_have_a_score_of_its_own() -> None:
    rules = Rules(min_score={"dog": 0.8, "person": 0.2})
    assert reasons(rules, ("dog", 0.7), ("person", 0.2), ("cat", 0.3)) == [BELOW_SCORE, None, BELOW_SCORE]


def test_the_lowest_score_that_may_count_is_known() -> None:
    assert Rules(min_score={"dog": 0.8, "person": 0.2}).lowest() == 0.2
    assert Rules().lowest() == 0.4
