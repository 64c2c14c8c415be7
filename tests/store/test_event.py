from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.happenings import HAPPENINGS
from services.core.ids import new_id
from services.store import camera, event, matter
from services.store.event import Event
from services.store.matter import Matter
from tests.pictures import NOON, HeldClock

pytestmark = pytest.mark.mariadb


def happened(kind: str, **values: object) -> Event:
    return replace(Event(new_id(), kind, None, None, "help", NOON, NOON, NOON), **values)  # type: ignore[arg-type]


def test_what_people_are_told_of_waits_for_its_verdict_and_nothing_else_does(engine: Engine) -> None:
    made = [happened(kind) for kind in (*HAPPENINGS, "motion", "device_active")]
    with engine.begin() as connection:
        event.add(connection, made)
        waiting = event.waiting_for_verdict(connection, NOON + timedelta(seconds=1), 100)
        assert event.waiting_for_verdict(connection, NOON, 100) == []
    assert {one.kind for one in waiting} == set(HAPPENINGS)
    assert {one.unjudged_since for one in waiting} == {NOON}


def test_an_event_that_is_judged_waits_no_more_also_when_it_is_written_again(engine: Engine) -> None:
    made = happened("panic")
    with engine.begin() as connection:
        event.add(connection, [made])
        event.judged(connection, made.id)
        event.add(connection, [made])
        found = event.find(connection, made.id)
    assert found is not None
    assert found.unjudged_since is None


def test_its_bell_names_the_people_whom_a_rule_wants_told(engine: Engine) -> None:
    people = [new_id()]
    made = happened("rule_alert", people=people)
    with engine.begin() as connection:
        event.add(connection, [made])
        found = event.find(connection, made.id)
    assert found is not None
    assert found.bell(HeldClock(), "keeper").people == people


def test_an_event_is_found_to_be_decided_about_with_the_name_of_its_place(engine: Engine) -> None:
    with engine.begin() as connection:
        camera.register(connection, "Front Door", NOON)
        silent = happened("camera_silent", camera_id="front-door")
        panic = happened("panic")
        event.add(connection, [silent, panic])
        camera.mark_silent(connection, "front-door", NOON)
        found = [matter.lock(connection, None, one) for one in (silent.id, panic.id, new_id())]
    assert found == [
        Matter(None, silent.id, "front-door", "Front Door", NOON, lasts=True),
        Matter(None, panic.id, None, None, NOON),
        None,
    ]
