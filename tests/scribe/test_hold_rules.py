from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.ids import new_id
from services.scribe import hold_rules as rules
from services.scribe.hold_rules import Judged, Triggered
from services.store.command import Command
from services.store.device import Device
from services.store.hold import Hold
from tests.pictures import NOON

FREE = Hold("pir")
SECONDS = st.integers(-400, 400)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def device(**said: Any) -> Device:
    nothing = dict.fromkeys(Device.__dataclass_fields__)
    return Device(**nothing | {"id": "pir", "called": "PIR", "kind": "motion", "enabled": True} | said)  # type: ignore[arg-type]


def said(seconds: float, detail: str | None = "motion", moment: Any = "trigger") -> Triggered:
    return Triggered(moment, at(seconds), detail)


def switched(seconds: float, **more: Any) -> Command:
    return Command(new_id(), "pir", "rule Siren", True, None, None, at(seconds), at(seconds + 120), **more)


def judge_all(one: Device, *spoken: Triggered, held: Hold = FREE) -> list[str | None]:
    """What comes of several triggers, each judged by what those before it have left."""
    reasons = []
    for trigger in spoken:
        judged = rules.judge(one, held, None, trigger)
        held = judged.hold
        reasons.append(judged.because)
    return reasons


def test_the_first_trigger_is_accepted_and_latches() -> None:
    assert rules.judge(device(), FREE, None, said(0)) == Judged(None, Hold("pir", at(0), "motion"))


@pytest.mark.parametrize(
    ("latch_s", "seconds", "because"),
    [
        (None, 12, "held: it triggered 12 s ago (latch 60 s)"),
        (None, 60, None),
        (5, 4.4, "held: it triggered 4 s ago (latch 5 s)"),
        (5, 5, None),
        (0, 0, None),
    ],
)
def test_the_same_trigger_is_held_as_long_as_the_latch_says(latch_s: int | None, seconds: float, because: Any) -> None:
    assert judge_all(device(latch_s=latch_s), said(0), said(seconds)) == [None, because]


def test_another_detail_passes_the_latch() -> None:
    reasons = judge_all(device(), said(0), said(1, "tamper"), said(2, "tamper"), said(3, None))
    assert reasons == [None, None, "held: it triggered 1 s ago (latch 60 s)", None]


def test_a_held_trigger_does_not_make_the_latch_longer() -> None:
    assert judge_all(device(), said(0), said(59), said(61))[2] is None


def test_a_clock_that_was_put_back_does_not_latch_for_ever() -> None:
    assert judge_all(device(), said(0), said(-3600)) == [None, None]
    assert judge_all(device(), said(0), said(-30)) == [None, "held: it triggered 30 s ago (latch 60 s)"]


def test_so_many_triggers_make_one_that_counts() -> None:
    one = device(rate_count=3, rate_s=10, latch_s=0)
    assert judge_all(one, said(0), said(4), said(8), said(9), said(10)) == [
        "held: 1 of 3 triggers within 10 s",
        "held: 2 of 3 triggers within 10 s",
        None,
        "held: 1 of 3 triggers within 10 s",
        "held: 2 of 3 triggers within 10 s",
    ]


def test_triggers_that_are_too_far_apart_do_not_count_together() -> None:
    one = device(rate_count=2, rate_s=10, latch_s=0)
    assert judge_all(one, said(0), said(11), said(21)) == [
        "held: 1 of 2 triggers within 10 s",
        "held: 1 of 2 triggers within 10 s",
        None,
    ]


def test_an_output_that_a_link_just_switched_may_hear_its_own_echo() -> None:
    sent = switched(-3, state="sent", sent_at=at(-2))
    judged = rules.judge(device(), FREE, sent, said(0))
    because = "held: it was switched by rule Siren 2 s ago, so this may be its own echo"
    assert judged == Judged(because, FREE)
    assert rules.judge(device(), FREE, switched(-10.1), said(0)).because is None


def test_an_escalation_is_neither_latched_nor_counted() -> None:
    one, held = device(rate_count=3, rate_s=10), Hold("pir", at(-1), "motion", [])
    assert rules.judge(one, held, None, said(0, "motion", "escalation")) == Judged(None, held)


def test_an_escalation_is_no_echo() -> None:
    assert rules.judge(device(), FREE, switched(-2), said(0, "motion", "escalation")) == Judged(None, FREE)


def test_quiet_ends_the_latch_and_the_escalation_and_keeps_the_count() -> None:
    held = Hold("pir", at(0), "motion", ["2026-05-01T12:00:00.000000Z"], at(5))
    assert rules.quieted(device(active=False), held, at(9)) == replace(FREE, counted=held.counted)


def test_quiet_that_comes_late_leaves_what_a_newer_activity_has_brought() -> None:
    held = Hold("pir", at(10), "motion", [], at(20))
    active = device(active=True, active_since=at(10))
    assert rules.quieted(active, held, at(9)) == held
    assert rules.quieted(device(active=True, active_since=at(30)), held, at(29)).escalated_at is None


@pytest.mark.parametrize(
    ("said_of_it", "held", "due"),
    [
        ({}, FREE, True),
        ({"active_since": at(-599)}, FREE, False),
        ({"escalate_after_s": None}, FREE, False),
        ({"enabled": False}, FREE, False),
        ({"active": False}, FREE, False),
        ({"active": None, "active_since": None}, FREE, False),
        ({"stale_since": at(-1)}, FREE, False),
        ({}, Hold("pir", escalated_at=at(-1)), False),
        ({}, Hold("pir", escalated_at=at(-700)), True),
    ],
)
def test_a_device_escalates_once_in_an_activity_that_lasts(said_of_it: dict[str, Any], held: Hold, due: bool) -> None:
    one = device(**{"active": True, "active_since": at(-600), "escalate_after_s": 600} | said_of_it)
    assert rules.escalates(one, held, NOON) is due


@pytest.mark.parametrize(("ahead", "due"), [(599, False), (600, True), (86400, True)])
def test_a_clock_that_was_put_back_delays_an_escalation_by_no_more_than_its_limit(ahead: int, due: bool) -> None:
    one = device(active=True, active_since=at(ahead), escalate_after_s=600)
    assert rules.escalates(one, FREE, NOON) is due
    assert not rules.escalates(one, Hold("pir", escalated_at=at(-1)), NOON)


@pytest.mark.parametrize(("interval_s", "longest"), [(None, 130), (60, 130), (3600, 3600)])
def test_an_order_holds_back_as_long_as_the_pause_or_an_echo_of_what_was_sent_late(
    interval_s: int | None, longest: int
) -> None:
    assert rules.reach(device(interval_s=interval_s), NOON) == (at(-longest), at(120))


def test_a_link_that_wants_all_waits_for_those_that_have_not_triggered_in_time() -> None:
    first = rules.await_all({}, [0], at(0), 3, 60)
    assert first == rules.Awaited({0: at(0)}, [1, 2])
    second = rules.await_all(first.noted, [2], at(30), 3, 60)
    assert second == rules.Awaited({0: at(0), 2: at(30)}, [1])
    assert rules.await_all(second.noted, [1], at(60), 3, 60).missing == []
    assert rules.await_all(second.noted, [1], at(61), 3, 60).missing == [0]


def test_a_place_that_the_link_no_longer_has_is_not_waited_for() -> None:
    assert rules.await_all({5: at(0)}, [0, 7], at(0), 1, 60) == rules.Awaited({0: at(0)}, [])


@pytest.mark.parametrize(
    ("interval_s", "before", "because"),
    [
        (60, switched(-5), "held: PIR was switched 5 s ago (pause 60 s)"),
        (60, switched(5), "held: PIR was switched 5 s ago (pause 60 s)"),
        (60, switched(-60), None),
        (60, None, None),
        (None, switched(-5), None),
    ],
)
def test_an_output_rests_between_two_orders(interval_s: int | None, before: Command | None, because: Any) -> None:
    assert rules.pause(device(interval_s=interval_s), before, NOON) == because


@pytest.mark.parametrize(
    ("longest", "wanted", "told"),
    [
        (None, None, (None, "")),
        (None, 30.0, (30.0, " for 30 s")),
        (20, 30.0, (20, " for at most 20 s")),
        (20, None, (20, " for at most 20 s")),
        (60, 0.5, (0.5, " for 0.5 s")),
    ],
)
def test_an_output_is_on_no_longer_than_it_may_be(longest: int | None, wanted: float | None, told: Any) -> None:
    assert rules.on_for(device(longest_on_s=longest), wanted) == told


@given(st.lists(SECONDS, max_size=30), st.integers(1, 100))
def test_accepted_triggers_of_one_detail_are_never_nearer_than_the_latch(times: list[int], latch_s: int) -> None:
    held, last = FREE, None
    for seconds in times:
        judged = rules.judge(device(latch_s=latch_s), held, None, said(seconds))
        held = judged.hold
        if judged.because is None:
            assert last is None or abs(seconds - last) >= latch_s
            last = seconds


@given(st.lists(SECONDS, max_size=40), st.integers(2, 5), st.integers(1, 60))
def test_no_trigger_is_accepted_without_enough_of_them_in_time(times: list[int], count: int, rate_s: int) -> None:
    one, held, since = device(latch_s=0, rate_count=count, rate_s=rate_s), FREE, 0
    for number, seconds in enumerate(times):
        judged = rules.judge(one, held, None, said(seconds))
        held = judged.hold
        assert len(held.counted) < count
        if judged.because is None:
            assert sum(abs(seconds - other) <= rate_s for other in times[since : number + 1]) >= count
            since = number + 1


@given(st.lists(st.tuples(st.integers(0, 3), SECONDS), max_size=30), st.integers(1, 4), st.integers(1, 120))
def test_a_link_that_wants_all_never_acts_before_each_has_triggered_in_time(
    spoken: list[tuple[int, int]], inputs: int, within_s: int
) -> None:
    noted: dict[int, datetime] = {}
    for number, (place, seconds) in enumerate(spoken):
        awaited = rules.await_all(noted, [place], at(seconds), inputs, within_s)
        noted = awaited.noted
        assert set(noted) | set(awaited.missing) == set(range(inputs))
        if not awaited.missing:
            before = spoken[: number + 1]
            timely = {where for where, when in before if abs(seconds - when) <= within_s}
            assert timely >= set(range(inputs))


@given(st.floats(0.1, 86400), st.integers(1, 86400))
def test_nothing_is_ever_on_longer_than_it_may_be(wanted: float, longest: int) -> None:
    seconds, _ = rules.on_for(device(longest_on_s=longest), wanted)
    assert seconds is not None
    assert 0 < seconds <= longest
