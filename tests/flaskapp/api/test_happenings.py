from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.store import command, event, ruling
from services.store.command import Command
from services.store.event import Event
from services.store.ruling import Outcome, Ruling
from tests.flaskapp.api.conftest import Programs
from tests.flaskapp.device.test_switching import an_output
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import NOON, House

COUNT = 7


@pytest.fixture
def ids(engine: Engine, house: House) -> list[str]:
    """Events, newest first: every other one of the device, the others of the camera."""
    a_device(engine, "pir")
    house.camera()
    made = []
    for number in range(COUNT):
        when, of_device = NOON - timedelta(seconds=number // 2), bool(number % 2)
        kind, place = ("device_active", "pir") if of_device else ("motion", "front-door")
        one = Event(new_id(), kind, None if of_device else place, None, "motion", when, when, when)
        made.append(replace(one, device_id=place) if of_device else one)
    with engine.begin() as connection:
        event.add(connection, made)
    order = sorted(made, key=lambda one: (one.happened_at, one.id), reverse=True)
    return [one.id for one in order]


def test_events_are_read_page_by_page_and_each_once(programs: Programs, ids: list[str]) -> None:
    found: list[str] = []
    after = ""
    for _ in range(COUNT):
        page = programs.viewer.get(f"/events?limit=3{after}")
        found += [one["id"] for one in page["events"]]
        if page["next"] is None:
            break
        after = f"&before={page['next']}"
    assert found == ids


def test_events_of_a_kind_device_or_camera(programs: Programs, ids: list[str]) -> None:
    for question, count in (("kind=motion", 4), ("device=pir", 3), ("camera=front-door", 4), ("device=no", 0)):
        assert len(programs.viewer.get(f"/events?{question}")["events"]) == count
    assert programs.viewer.get("/events?kind=motion&device=pir")["events"] == []


@pytest.mark.parametrize(
    ("question", "field"),
    [("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("before=x", "before"), ("kin=x", "kin")],
)
def test_a_question_that_is_none_is_said(programs: Programs, question: str, field: str) -> None:
    for path in ("/events", "/rulings"):
        answer = programs.viewer.ask("GET", f"{path}?{question}")
        assert (answer.status_code, list(answer.get_json()["fields"])) == (422, [field])


def a_ruling(engine: Engine, number: int) -> str:
    when = NOON - timedelta(minutes=number)
    outcome: Outcome = "acted" if number == 0 else "held"
    links = [{"link_id": new_id(), "name": "Siren", "outcome": outcome, "reasons": ["so"]}]
    trigger = Event(new_id(), "device_active", None, None, "motion", when, when, when, device_id="pir")
    with engine.begin() as connection:
        event.add(connection, [trigger])
        made = Ruling("event", trigger.id, "pir", None, "PIR: motion", outcome, ["so"], links, when, when)
        ruling.write(connection, [made])
    return trigger.id


def test_rulings_tell_what_was_done(programs: Programs, engine: Engine) -> None:
    a_device(engine, "pir")
    an_output(engine)
    newest, *rest = [a_ruling(engine, number) for number in range(3)]
    made = Command(new_id(), "siren", "rule Siren", True, 5, None, NOON, NOON, source="event", trigger_id=newest)
    with engine.begin() as connection:
        command.add(connection, [made])
    found = programs.viewer.get("/rulings?limit=2")
    assert [one["trigger_id"] for one in found["rulings"]] == [newest, rest[0]]
    assert [one["id"] for one in found["rulings"][0]["commands"]] == [made.id]
    assert [one["outcome"] for one in found["rulings"][1]["links"]] == ["held"]
    last = programs.viewer.get(f"/rulings?limit=2&before={found['next']}")
    assert ([one["trigger_id"] for one in last["rulings"]], last["next"]) == ([rest[1]], None)
    assert len(programs.viewer.get("/rulings?outcome=held&device=pir")["rulings"]) == 2
