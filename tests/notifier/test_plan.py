from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from services.core.alert_messages import PersonVerdict, Span
from services.notifier.plan import NO_CHANNEL, NOT_ASKED, Candidate, Plan, after_quiet, not_asked, outcome, plan
from tests.notifier.cast import NOON
from tests.people import somebody, way

ANNA = somebody("Anna", per_hour=2)
MAIL, NTFY = way(ANNA, "email"), way(ANNA, "ntfy")
WISH = PersonVerdict(person_id=ANNA.id, name="Anna", tell=True, later=None, quiet=[], reasons=["wants cars"])
ASKED = Candidate(WISH, ANNA, [MAIL, NTFY])
QUIET = WISH.model_copy(update={"later": NOON + timedelta(hours=7), "reasons": ["quiet hours until 07:00"]})


@pytest.mark.parametrize(
    ("candidate", "ends"),
    [
        (ASKED, "telling"),
        (replace(ASKED, person=None), "not_told"),
        (replace(ASKED, person=replace(ANNA, enabled=False)), "not_told"),
        (replace(ASKED, verdict=WISH.model_copy(update={"tell": False, "reasons": ["no cars"]})), "not_told"),
        (replace(ASKED, ways=[]), "no_channel"),
        (replace(ASKED, verdict=QUIET), "later"),
        (replace(ASKED, told=[NOON - timedelta(minutes=50)]), "telling"),
        (replace(ASKED, told=[NOON - timedelta(minutes=50), NOON - timedelta(minutes=1)]), "later"),
    ],
)
def test_what_becomes_of_a_person_follows_from_what_is_known(candidate: Candidate, ends: str) -> None:
    made = plan(candidate, NOON)
    assert made.outcome == ends
    assert made.reasons
    assert (made.due_at is not None) == (ends == "later")
    assert (made.through == MAIL) == (ends == "telling")


def test_quiet_hours_that_are_over_keep_nothing_back() -> None:
    assert plan(replace(ASKED, verdict=QUIET), NOON + timedelta(hours=7)).outcome == "telling"


def test_what_is_too_much_waits_until_the_oldest_alert_is_an_hour_old() -> None:
    told = [NOON - timedelta(minutes=50), NOON - timedelta(minutes=20), NOON - timedelta(minutes=1)]
    made = plan(replace(ASKED, told=told), NOON)
    assert made.due_at == NOON + timedelta(minutes=40)
    assert made.reasons[-1] == "3 alerts in the last hour: this one goes into a summary"


def test_what_is_too_much_goes_into_the_summary_that_is_due_already() -> None:
    told = [NOON - timedelta(minutes=20), NOON - timedelta(minutes=1)]
    soon, tomorrow = NOON + timedelta(minutes=10), NOON + timedelta(hours=9)
    assert plan(replace(ASKED, told=told, summary_at=soon), NOON).due_at == soon
    assert plan(replace(ASKED, told=told, summary_at=tomorrow), NOON).due_at == NOON + timedelta(minutes=40)


def test_the_summary_of_what_is_too_much_waits_until_quiet_hours_are_over() -> None:
    told = [NOON - timedelta(minutes=20), NOON - timedelta(minutes=1)]
    span = Span(begins_at=NOON + timedelta(minutes=30), ends_at=NOON + timedelta(hours=9))
    asked = replace(ASKED, told=told, verdict=WISH.model_copy(update={"quiet": [span]}))
    made = plan(asked, NOON)
    assert made.due_at == span.ends_at
    assert made.reasons[-1] == "2 alerts in the last hour: this one goes into a summary after the quiet hours"
    before = plan(replace(asked, summary_at=NOON + timedelta(minutes=10)), NOON)
    assert before.due_at == NOON + timedelta(minutes=10)


def test_quiet_hours_that_follow_each_other_are_waited_for_one_after_the_other() -> None:
    hours = [NOON + timedelta(hours=number) for number in range(6)]
    quiet = [Span(begins_at=hours[1], ends_at=hours[2]), Span(begins_at=hours[2], ends_at=hours[3])]
    quiet.append(Span(begins_at=hours[4], ends_at=hours[5]))
    assert [after_quiet(at, quiet) for at in hours[:5]] == [hours[0], hours[3], hours[3], hours[3], hours[5]]


def test_a_panic_is_never_too_much() -> None:
    told = [NOON - timedelta(minutes=20), NOON - timedelta(minutes=1)]
    assert plan(replace(ASKED, told=told), NOON, limited=False).outcome == "telling"


def test_without_a_word_of_the_flow_everybody_is_told_who_is_not_muted() -> None:
    assert not_asked(ANNA, NOON, UTC).reasons == [NOT_ASKED]
    muted = not_asked(replace(ANNA, muted_until=NOON + timedelta(hours=1)), NOON, UTC)
    assert (muted.tell, muted.reasons) == (False, ["Anna is muted until 13:00:00"])


def of(name: str, ends: str) -> Plan:
    return Plan(name, name, ends, (f"why {name}",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("plans", "house", "ends", "first"),
    [
        ([], True, "telling", "why"),
        ([], False, "no_channel", NO_CHANNEL),
        ([of("Anna", "not_told")], True, "telling", "why"),
        ([of("Anna", "later"), of("Ben", "telling")], False, "telling", "why"),
        ([of("Anna", "later"), of("Ben", "no_channel")], False, "not_told", "it waits for the summary of Anna"),
        ([of("Anna", "no_channel"), of("Ben", "not_told")], False, "no_channel", NO_CHANNEL),
        ([of("Anna", "not_told"), of("Ben", "not_told")], False, "not_told", "why Anna"),
    ],
)
def test_the_decision_ends_as_its_people_and_the_house_do(
    plans: list[Plan], house: bool, ends: str, first: str
) -> None:
    made = outcome(plans, house, ("why",))
    assert (made.name, made.reasons[0]) == (ends, first)
