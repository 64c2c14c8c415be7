from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import channel, decision, delivery, person, telling, trial
from services.store.alert_tables import delivery as deliveries
from services.store.decision import NewDecision
from services.store.person import Person
from services.store.person_tables import telling as tellings
from services.store.telling import Telling
from tests.people import move_in
from tests.store.test_cooldown import NOON, decided

pytestmark = pytest.mark.mariadb
HOUR = timedelta(hours=1)


def tells(
    connection: Connection, decision_id: str, whom: Person, outcome: str = "telling", at: datetime = NOON
) -> Telling:
    due_at = at + HOUR if outcome == "later" else None
    made = Telling(new_id(), decision_id, whom.id, whom.name, outcome, ["why", "how"], due_at, at)
    telling.add(connection, [made])
    return made


def outcomes(connection: Connection) -> dict[str, str]:
    return {row.id: row.outcome for row in connection.execute(select(tellings))}


def test_one_decision_tells_a_person_once(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        anna, made = move_in(connection), decided(connection)
        tells(connection, made, anna)
        tells(connection, made, anna)


def test_the_tellings_of_decisions_are_found_by_name(engine: Engine) -> None:
    with engine.begin() as connection:
        ben, anna, made = move_in(connection, "Ben"), move_in(connection, "Anna"), decided(connection)
        tells(connection, made, ben)
        tells(connection, made, anna, "not_told")
        found = telling.of(connection, [made, "another"])
    assert [(row.name, row.outcome, row.reasons) for row in found[made]] == [
        ("Anna", "not_told", ["why", "how"]),
        ("Ben", "telling", ["why", "how"]),
    ]


def test_what_counts_within_an_hour_is_what_was_told_and_no_summary_or_test(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "email")
        for number, (outcome, minutes) in enumerate((("telling", 5), ("later", 6), ("telling", 61), ("not_told", 2))):
            tells(connection, decided(connection, number), anna, outcome, NOON - timedelta(minutes=minutes))
        trial.begin(connection, channel.of(connection, anna.id)[0], "Anna", NOON)
        assert telling.told_since(connection, [anna.id], NOON - HOUR) == {anna.id: [NOON - timedelta(minutes=5)]}


def test_the_next_summary_is_due_with_the_first_that_waits(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection)
        assert telling.next_summaries(connection, [anna.id]) == {}
        for number, minutes in enumerate((5, 20)):
            tells(connection, decided(connection, number), anna, "later", NOON - timedelta(minutes=minutes))
        assert telling.next_summaries(connection, [anna.id]) == {anna.id: NOON + timedelta(minutes=40)}


def test_an_acceptance_tells_the_person_and_drops_what_still_waits_for_them(engine: Engine) -> None:
    with engine.begin() as connection:
        anna, ben = move_in(connection, "Anna", "email", "ntfy"), move_in(connection, "Ben", "email")
        made = decided(connection)
        one, other = tells(connection, made, anna), tells(connection, made, ben)
        for way in channel.of(connection, anna.id):
            delivery.add_for(connection, made, one.id, way, NOON)
        delivery.add_for(connection, made, other.id, channel.of(connection, ben.id)[0], NOON)
        telling.told(connection, one.id, NOON)
        assert outcomes(connection) == {one.id: "told", other.id: "telling"}
        states = {row.telling_id: row.state for row in connection.execute(select(deliveries))}
        assert states == {one.id: "dropped", other.id: "pending"}
        telling.failed(connection, one.id)
        assert outcomes(connection)[one.id] == "told"


def test_who_is_not_to_be_told_any_more_is_let_go_once_nothing_is_being_sent(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "email", "ntfy")
        made = decided(connection)
        one = tells(connection, made, anna)
        mail, ntfy = channel.of(connection, anna.id)
        delivery.add_for(connection, made, one.id, mail, NOON)
        delivery.claim(connection, NOON, delivery.Turn("1", NOON + HOUR))
        delivery.add_for(connection, made, one.id, ntfy, NOON)
        telling.let_go(connection, one.id, "Anna is muted")
        states = set(connection.scalars(select(deliveries.c.state)))
        assert (states, outcomes(connection)) == ({"sending", "dropped"}, {one.id: "telling"})
        (sending,) = connection.scalars(select(deliveries.c.id).where(deliveries.c.state == "sending"))
        delivery.dropped(connection, sending)
        telling.let_go(connection, one.id, "Anna is muted")
        assert outcomes(connection) == {one.id: "not_told"}
        found = telling.find(connection, one.id)
    assert found is not None
    assert found.reasons[-1] == "Anna is muted"


def test_what_waits_for_a_summary_is_found_when_that_is_due_with_what_it_is_of(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection)
        for number in (1, 2):
            tells(connection, decided(connection, number), anna, "later", NOON + timedelta(minutes=number))
        assert telling.due(connection, NOON) == []
        assert telling.due(connection, NOON + HOUR + timedelta(minutes=1)) == [anna.id]
        (first,) = telling.kept(connection, anna.id, NOON + HOUR + timedelta(minutes=1))
        both = telling.kept(connection, anna.id, NOON + 2 * HOUR)
    assert (first.image_id, first.place, first.labels, first.subject) == ("image-1", "Front Door", ["person"], "s")
    assert [one.image_id for one in both] == ["image-1", "image-2"]


def test_what_waited_for_somebody_who_was_removed_is_found_too(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection)
        made = tells(connection, decided(connection), anna, "later")
        person.remove(connection, anna.id)
        assert telling.due(connection, NOON + HOUR) == [None]
        assert [one.telling_id for one in telling.kept(connection, None, NOON + HOUR)] == [made.id]


def test_a_summary_holds_what_waited_and_what_is_given_up_says_why(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection)
        held, lost = (tells(connection, decided(connection, number), anna, "later") for number in (1, 2))
        summary = NewDecision(new_id(), None, None, "summary-1", "telling", [], ["why"], "s", "b", NOON, NOON)
        decision.add(connection, summary)
        telling.summarised(connection, [held.id], summary.id)
        telling.given_up(connection, [lost.id], "Anna is muted")
        rows = {row.id: row for row in connection.execute(select(tellings))}
    assert (rows[held.id].outcome, rows[held.id].summary_id, rows[held.id].due_at) == ("in_summary", summary.id, None)
    assert (rows[lost.id].outcome, rows[lost.id].reasons) == ("not_told", ["Anna is muted"])


def test_one_more_reason_is_said_behind_the_others(engine: Engine) -> None:
    with engine.begin() as connection:
        made = tells(connection, decided(connection), move_in(connection))
        found = telling.find(connection, made.id)
        assert found == made
        telling.explain(connection, found, "e-mail did not take it")
        again = telling.find(connection, made.id)
        assert again is not None
        assert again.reasons == ["why", "how", "e-mail did not take it"]
        assert telling.find(connection, new_id()) is None
