from datetime import UTC, datetime, timedelta

import pytest

from services.core.device_messages import DeviceTrigger
from services.scribe import device_rules as rules
from services.store.device import Device
from tests.pictures import NOON, HeldClock

SECOND = timedelta(seconds=1)


def trigger(
    at: datetime = NOON, active: bool = True, detail: str | None = None, happened_at: datetime | None = None
) -> DeviceTrigger:
    said = {"device_id": "door", "active": active, "detail": detail, "value": None, "happened_at": happened_at}
    return DeviceTrigger.make(HeldClock(at), "door", **said)


def door(**more: object) -> Device:
    values: dict[str, object] = dict.fromkeys(Device.__dataclass_fields__)
    values |= {"id": "door", "called": "Door", "kind": "contact", "is_input": True, "is_output": False}
    values |= {"enabled": True, "first_seen_at": NOON, "last_seen_at": NOON}
    return Device(**values | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "why"),
    [(0, None), (121, None), (86400 * 365, None), (-120, None), (-121, "from the future")],
)
def test_a_trigger_may_be_old_and_not_from_the_future(age: int, why: str | None) -> None:
    assert rules.refusal(trigger(NOON - age * SECOND), NOON) == why


@pytest.mark.parametrize(
    ("active", "before", "kind"),
    [
        (True, None, "device_active"),
        (True, False, "device_active"),
        (True, True, "device_active"),
        (False, True, "device_quiet"),
        (False, False, None),
        (False, None, None),
    ],
)
def test_each_active_trigger_is_an_event_and_a_quiet_one_only_after_an_active_one(
    active: bool, before: bool | None, kind: str | None
) -> None:
    assert rules.event_kind(trigger(active=active), door(active=before)) == kind


@pytest.mark.parametrize(
    ("active", "before", "others", "of_group"),
    [
        (True, None, [False, None], "first"),
        (True, False, [], "first"),
        (True, True, [False], None),
        (True, False, [False, True], None),
        (False, True, [False, None], "last"),
        (False, True, [True], None),
        (False, False, [False], None),
    ],
)
def test_a_device_may_be_the_first_of_its_group_or_the_last(
    active: bool, before: bool | None, others: list[bool | None], of_group: str | None
) -> None:
    rest = [door(id=f"door-{number}", active=one) for number, one in enumerate(others)]
    assert rules.of_group(trigger(active=active), door(active=before, group_name="Phones"), rest) == of_group
    assert rules.of_group(trigger(active=active), door(active=before), rest) is None, "it is in no group"


@pytest.mark.parametrize("not_counted", [{"enabled": False}, {"is_output": True}])
def test_what_is_switched_off_or_can_be_switched_is_neither_first_nor_last_and_does_not_count(
    not_counted: dict[str, bool],
) -> None:
    phones = {"group_name": "Phones", "active": True}
    assert rules.of_group(trigger(active=False), door(**phones | not_counted), []) is None
    assert rules.of_group(trigger(active=False), door(**phones), [door(**phones | not_counted)]) == "last"


def test_a_device_is_active_since_it_became_so() -> None:
    later = NOON + SECOND
    first = rules.triggered(door(), trigger(detail="open"), later)
    assert (first.active, first.active_since, first.triggered_at, first.detail) == (True, NOON, NOON, "open")
    again = rules.triggered(first, trigger(later), later)
    assert (again.active_since, again.triggered_at, again.detail) == (NOON, later, None)
    assert rules.triggered(again, trigger(later, active=False), later).active_since == later


@pytest.mark.parametrize(
    ("own", "happened"), [(0, 0), (120, 120), (-120, -120), (121, 0), (-121, 0), (86400 * 365, 0), (None, 0)]
)
def test_a_device_whose_own_clock_is_wrong_triggered_when_it_said_so(own: int | None, happened: int) -> None:
    said = trigger(happened_at=None if own is None else NOON + own * SECOND)
    assert rules.happened_at(said) == NOON + happened * SECOND


def test_a_device_whose_clock_is_ahead_is_active_since_now() -> None:
    ahead = rules.triggered(door(), trigger(NOON + 90 * SECOND), NOON)
    assert (ahead.active_since, ahead.triggered_at) == (NOON, NOON + 90 * SECOND)


def test_an_event_says_what_the_device_says_and_when_it_is_switched_off() -> None:
    assert rules.detail(trigger(), door(kind="relay")) == "active"
    assert rules.detail(trigger(detail="glass broken"), door()) == "glass broken"
    assert rules.detail(trigger(active=False), door()) == "closed"
    assert rules.detail(trigger(), door(enabled=False)) == "open (the device is switched off here)"


@pytest.mark.parametrize(
    ("seconds", "words"), [(60, "1 minute"), (300, "5 minutes"), (90, "90 seconds"), (30, "30 seconds")]
)
def test_a_silence_is_told_in_words(seconds: int, words: str) -> None:
    assert rules.lasting(seconds * SECOND) == words


@pytest.mark.parametrize(
    ("silent", "limit", "stale"), [(300, None, False), (301, None, True), (59, 60, False), (61, 60, True)]
)
def test_it_is_stale_after_its_limit(silent: int, limit: int | None, stale: bool) -> None:
    assert rules.is_stale(door(stale_after_s=limit), NOON + silent * SECOND, NOON) is stale


def test_time_in_which_nobody_listened_does_not_count() -> None:
    later = NOON + timedelta(hours=9)
    assert not rules.is_stale(door(), later, later - 300 * SECOND)
    assert rules.is_stale(door(), later, later - 301 * SECOND)


def test_what_is_stale_does_not_become_so_again() -> None:
    assert not rules.is_stale(door(stale_since=NOON), datetime(2030, 1, 1, tzinfo=UTC), NOON)
