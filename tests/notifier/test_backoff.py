from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.backoff import GIVE_UP_AFTER, Step, pause, step, step_when_lost

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 15), (3, 60), (4, 300), (500, 300)])
def test_pauses_grow_to_five_minutes(tries: int, seconds: int) -> None:
    assert pause(tries) == timedelta(seconds=seconds)


def test_an_accepted_try_is_the_end() -> None:
    assert step("accepted", 3, NOON, NOON) == Step("sent")


def test_a_refusal_for_good_is_the_end() -> None:
    assert step("permanent", 1, NOON, NOON) == Step("failed")


def test_a_refusal_that_passes_leads_to_another_try() -> None:
    assert step("passing", 2, NOON, NOON) == Step("retry", NOON + timedelta(seconds=15))


def test_it_gives_up_after_a_day() -> None:
    assert step("passing", 30, NOON, NOON + GIVE_UP_AFTER - timedelta(minutes=4)) == Step("failed")


def test_a_try_whose_notifier_died_is_made_again_at_once_and_then_with_pauses() -> None:
    assert step_when_lost(1, NOON, NOON) == Step("retry", NOON)
    assert step_when_lost(2, NOON, NOON) == Step("retry", NOON + timedelta(seconds=15))
