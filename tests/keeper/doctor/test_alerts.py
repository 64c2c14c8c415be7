from datetime import datetime

import pytest
from sqlalchemy import insert, text, update

from services.core.ids import new_id
from services.keeper.doctor.subject import Subject
from services.store import decision, event, person
from services.store.alert_tables import cooldown, delivery
from services.store.decision import NewDecision
from services.store.event import Event
from services.store.person_tables import telling
from services.store.telling import Telling
from tests.keeper.doctor.conftest import PERSON, Names, Ward
from tests.people import move_in
from tests.pictures import HeldClock

pytestmark = pytest.mark.mariadb


def reshape(ward: Ward, delivery_id: str, **values: object) -> None:
    with ward.engine.begin() as connection:
        connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(**values))


@pytest.mark.parametrize("reasons", ["[]", '[""]'])
def test_a_decision_without_reasons_is_found(ward: Ward, subject: Subject, names: Names, reasons: str) -> None:
    decision_id = ward.decided(ward.detected(PERSON))
    with ward.engine.connect() as connection:
        connection.execute(text("SET SESSION check_constraint_checks = 0"))
        values = {"reasons": reasons, "id": decision_id}
        connection.execute(text("UPDATE decision SET reasons = :reasons WHERE id = :id"), values)
        connection.commit()
        connection.execute(text("SET SESSION check_constraint_checks = 1"))
    assert names(subject) == ["reasons_missing"]


def test_told_without_a_channels_acceptance_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.decided(ward.detected(PERSON), "told", told=True)
    assert names(subject) == ["told_without_delivery"]


@pytest.mark.parametrize("outcome", ["not_told", "no_channel"])
def test_a_delivery_of_a_decision_not_to_tell_is_found(
    ward: Ward, subject: Subject, names: Names, outcome: str
) -> None:
    ward.delivered(ward.decided(ward.detected(PERSON), outcome))
    assert names(subject) == ["not_told_but_delivered"]


def test_an_alert_under_way_that_nobody_delivers_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.delivered(ward.decided(ward.detected(PERSON), "telling"), "failed", accepted=0)
    assert names(subject) == ["ended_wrongly"]


def test_a_failed_alert_that_was_delivered_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.delivered(ward.decided(ward.detected(PERSON), "failed"))
    assert names(subject) == ["ended_wrongly"]


def test_a_try_without_its_row_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    delivery_id = ward.delivered(ward.decided(ward.detected(PERSON), "told", told=True))
    reshape(ward, delivery_id, tries=2)
    assert names(subject) == ["tries_askew"]


def test_an_alert_that_was_handed_over_twice_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.delivered(ward.decided(ward.detected(PERSON), "told", told=True), tries=2, accepted=2)
    assert names(subject) == ["accepted_askew"]


def test_an_acceptance_that_was_not_noted_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.delivered(ward.decided(ward.detected(PERSON), "telling"), "pending")
    assert names(subject) == ["accepted_askew"]


def test_a_pause_that_waits_for_an_ended_alert_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    decision_id = ward.decided(ward.detected(PERSON))
    with ward.engine.begin() as connection:
        values = {"camera_id": "front-door", "label": "person", "decision_id": decision_id}
        connection.execute(insert(cooldown).values(**values))
    assert names(subject) == ["cooldown_stuck"]


def test_an_alert_under_way_is_in_order_unless_all_must_be_settled(ward: Ward, subject: Subject, names: Names) -> None:
    ward.delivered(ward.decided(ward.detected(PERSON), "telling"), "pending", tries=1, accepted=0)
    assert names(subject) == []
    assert names(Subject(**{**subject.__dict__, "settled": True})) == ["still_telling"]


def happened(ward: Ward, kind: str = "panic") -> str:
    """An event half an hour old that nobody has judged."""
    made = Event(new_id(), kind, None, None, "help", ward.at, ward.at, ward.at)
    with ward.engine.begin() as connection:
        event.add(connection, [made])
    return made.id


def decided(ward: Ward, event_id: str, outcome: str) -> str:
    """A decision about an event; its id."""
    reasons = ["somebody pressed the button"]
    made = NewDecision(new_id(), None, None, "panic", outcome, [], reasons, "s", "b", ward.at, ward.at, event_id)
    with ward.engine.begin() as connection:
        decision.add(connection, made)
    return made.id


def told(ward: Ward, decision_id: str, outcome: str, state: str | None, due_at: datetime | None = None) -> None:
    """A telling, with a delivery in this state; None: with none."""
    with ward.engine.begin() as connection:
        anna = person.all_people(connection) or [move_in(connection, "Anna", "email")]
        row = Telling(new_id(), decision_id, anna[0].id, "Anna", outcome, ["she wants it"], due_at, ward.at)
        connection.execute(insert(telling).values(**vars(row), told_at=ward.at if outcome == "told" else None))
    if state is not None:
        accepted = int(state == "sent")
        reshape(ward, ward.delivered(decision_id, state, accepted, accepted), telling_id=row.id)


def test_an_event_that_nobody_judges_is_found_after_an_hour(
    ward: Ward, subject: Subject, names: Names, clock: HeldClock
) -> None:
    happened(ward)
    assert names(subject) == []
    clock.pass_by(3600)
    assert names(subject) == ["event_unjudged"]


def test_decisions_about_events_are_examined_too(ward: Ward, subject: Subject, names: Names) -> None:
    made = decided(ward, happened(ward), "no_channel")
    assert names(subject) == []
    ward.delivered(made)
    assert names(subject) == ["not_told_but_delivered"]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("told", None),
        ("told", "failed"),
        ("telling", None),
        ("telling", "dropped"),
        ("failed", "pending"),
        ("not_told", "failed"),
        ("no_channel", "dropped"),
        ("in_summary", "sent"),
    ],
)
def test_a_person_who_was_told_in_another_way_than_the_rows_say_is_found(
    ward: Ward, subject: Subject, names: Names, outcome: str, state: str | None
) -> None:
    told(ward, decided(ward, happened(ward), "telling"), outcome, state)
    assert "telling_askew" in names(subject)


def test_people_who_were_told_as_the_rows_say_are_in_order(ward: Ward, subject: Subject, names: Names) -> None:
    made = decided(ward, happened(ward), "telling")
    told(ward, made, "telling", "pending")
    told(ward, decided(ward, happened(ward), "not_told"), "not_told", None)
    assert names(subject) == []


def test_who_was_let_go_before_anything_was_sent_is_in_order(ward: Ward, subject: Subject, names: Names) -> None:
    told(ward, decided(ward, happened(ward), "not_told"), "not_told", "dropped")
    assert names(subject) == []


def test_a_summary_that_nobody_makes_is_found(ward: Ward, subject: Subject, names: Names, clock: HeldClock) -> None:
    told(ward, decided(ward, happened(ward), "not_told"), "later", None, clock.now())
    assert names(subject) == []
    clock.pass_by(301)
    assert names(subject) == ["summary_overdue"]
