import pytest
from sqlalchemy import insert, text, update

from services.keeper.doctor.subject import Subject
from services.store.tables import cooldown, delivery
from tests.keeper.doctor.conftest import PERSON, Names, Ward

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
