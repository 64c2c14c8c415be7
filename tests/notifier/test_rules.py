from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.core.alert_messages import AlertDecision
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.notifier.rules import NO_LABEL, Facts, Hold, Policy, decide, held_labels

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
POLICY = Policy(timedelta(minutes=5), timedelta(seconds=120), UTC)
WHY = ("person (87 %) is an alert label of Front Door",)
ASKED = Facts(True, WHY, ("person",), "Front Door", NOON - timedelta(seconds=1), NOON, {})


def told(**ago: float) -> dict[str, Hold]:
    return {"person": Hold(told_at=NOON - timedelta(**ago))}


@pytest.mark.parametrize(
    ("facts", "tell", "reasons"),
    [
        (ASKED, True, WHY),
        (replace(ASKED, tell=False, reasons=("no",)), False, ("no",)),
        (replace(ASKED, labels=()), False, (NO_LABEL,)),
        (replace(ASKED, at=NOON + timedelta(hours=1)), True, WHY),
        (replace(ASKED, at=NOON - timedelta(seconds=120)), True, WHY),
        (
            replace(ASKED, at=NOON - timedelta(seconds=140)),
            False,
            ("the picture is 140 s old; alerts are for pictures of the last 120 s",),
        ),
        (replace(ASKED, holds=told(minutes=5)), True, WHY),
        (
            replace(ASKED, holds=told(seconds=40)),
            False,
            (
                "you were told of a person at Front Door at 11:59:20, 40 s ago; "
                "the next alert of it can come from 12:04:20 on",
            ),
        ),
        (
            replace(ASKED, holds={"person": Hold(under_way_since=NOON - timedelta(seconds=3))}),
            False,
            (
                "an alert of a person at Front Door has been on its way since 11:59:57; "
                "it has not been accepted yet",
            ),
        ),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_the_facts(facts: Facts, tell: bool, reasons: tuple[str, ...]) -> None:
    verdict = decide(facts, POLICY)
    assert (verdict.tell, verdict.reasons) == (tell, reasons)


def test_a_label_that_is_free_alerts_while_another_one_pauses() -> None:
    verdict = decide(replace(ASKED, labels=("person", "dog"), holds=told(seconds=40)), POLICY)
    assert (verdict.tell, verdict.labels) == (True, ("dog",))
    assert verdict.reasons[0] == WHY[0]
    assert "told of a person" in verdict.reasons[1]


def test_a_pause_that_began_yesterday_names_the_day() -> None:
    policy = replace(POLICY, cooldown=timedelta(days=2))
    assert "at 19 Nov 12:00:00" in decide(replace(ASKED, holds=told(days=1)), policy).reasons[0]


def test_a_cooldown_of_zero_never_silences() -> None:
    assert decide(replace(ASKED, holds=told(seconds=0)), replace(POLICY, cooldown=timedelta(0))).tell


def test_a_clock_that_was_put_back_does_not_silence_a_label_until_it_has_caught_up() -> None:
    assert decide(replace(ASKED, holds=told(days=-1)), POLICY).tell
    assert not decide(replace(ASKED, holds=told(seconds=-1)), POLICY).tell


moments = some.integers(0, 2 * 86400).map(lambda seconds: NOON - timedelta(days=1) + timedelta(seconds=seconds))
labels = some.sampled_from(["person", "dog", "car", "umbrella", "x" * 64])
holds = some.builds(Hold, some.none() | moments, some.none() | moments)
anything = some.builds(
    Facts,
    tell=some.booleans(),
    reasons=some.lists(some.text(min_size=1, max_size=300), min_size=1, max_size=4).map(tuple),
    labels=some.lists(labels, unique=True).map(tuple),
    place=some.text(min_size=1, max_size=120),
    at=moments,
    now=moments,
    holds=some.dictionaries(labels, holds),
)
policies = some.builds(
    Policy,
    some.timedeltas(timedelta(0), timedelta(days=1)),
    some.timedeltas(timedelta(seconds=1), timedelta(days=1)),
    some.just(UTC),
)


@given(anything, policies)
def test_every_verdict_has_reasons_that_its_message_can_carry(facts: Facts, policy: Policy) -> None:
    verdict = decide(facts, policy)
    made = AlertDecision.make(
        SystemClock(),
        "notifier",
        decision_id=new_id(),
        image_id=new_id(),
        event_id=None,
        camera_id="front",
        outcome="telling" if verdict.tell else "not_told",
        reasons=list(verdict.reasons),
    )
    assert made.reasons


@given(anything, policies)
def test_no_label_is_told_of_that_is_under_way_or_pauses(facts: Facts, policy: Policy) -> None:
    verdict = decide(facts, policy)
    for label in verdict.labels:
        hold = facts.holds.get(label, Hold())
        assert hold.under_way_since is None
        assert hold.told_at is None or abs(facts.now - hold.told_at) >= policy.cooldown


@given(anything, policies)
def test_somebody_is_told_only_when_asked_of_a_young_picture_and_of_what_was_asked(
    facts: Facts, policy: Policy
) -> None:
    verdict = decide(facts, policy)
    assert verdict.tell == bool(verdict.labels)
    assert set(verdict.labels) <= set(facts.labels)
    if verdict.labels:
        assert facts.tell
        assert facts.now - facts.at <= policy.max_age


PANIC = Facts(True, ("help",), (), None, NOON - timedelta(minutes=9), NOON, {}, event=True)
SILENT = replace(PANIC, labels=("camera_silent",), place="Front Door")


@pytest.mark.parametrize(
    ("facts", "tell"),
    [
        (PANIC, True),
        (replace(PANIC, at=NOON - timedelta(minutes=11)), False),
        (replace(PANIC, at=NOON - timedelta(minutes=11), lasts=True), True),
        (replace(PANIC, tell=False), False),
        (SILENT, True),
        (replace(SILENT, holds={"camera_silent": Hold(told_at=NOON - timedelta(minutes=9, seconds=59))}), False),
        (replace(SILENT, holds={"camera_silent": Hold(told_at=NOON - timedelta(minutes=10))}), True),
    ],
)
def test_an_event_is_told_while_it_is_news_and_a_flapping_camera_once_in_ten_minutes(facts: Facts, tell: bool) -> None:
    verdict = decide(facts, POLICY)
    assert verdict.tell == tell
    assert verdict.reasons


def test_the_reason_of_a_flapping_camera_is_a_sentence() -> None:
    pausing = replace(SILENT, holds={"camera_silent": Hold(told_at=NOON - timedelta(minutes=5))})
    (why,) = decide(pausing, POLICY).reasons
    assert why.startswith("you were told of a silent camera at Front Door at 11:55:00, 5 min ago")


def test_one_alert_at_a_time_is_for_labels_and_for_what_flaps_at_a_camera() -> None:
    assert held_labels("alert-labels", "front-door", ("person",)) == ("person",)
    assert held_labels("camera_silent", "front-door", ()) == ("camera_silent",)
    assert held_labels("panic", "front-door", ()) == held_labels("camera_silent", None, ()) == ()
