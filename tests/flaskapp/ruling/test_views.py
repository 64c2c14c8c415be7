from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from flaskapp.live.listener import ruling as news
from services.core.ids import new_id
from services.store import command, ruling
from services.store.command import Command
from services.store.ruling import Ruling
from tests.flaskapp.conftest import Cast
from tests.flaskapp.device.test_switching import an_output
from tests.flaskapp.device.test_views import a_device, words
from tests.flaskapp.house import NOON, House, Standing


def a_ruling(engine: Engine, said: str = "Garage PIR: motion", **more: Any) -> Ruling:
    values: dict[str, Any] = {
        "source": "event",
        "trigger_id": new_id(),
        "device_id": "garage-pir",
        "camera_id": None,
        "outcome": "not_acted",
        "reasons": ["no rule listens to Garage PIR"],
        "links": [],
        "triggered_at": NOON,
        "decided_at": NOON,
    }
    made = Ruling(said=said, **values | more)
    with engine.begin() as connection:
        ruling.write(connection, [made])
    return made


@pytest.fixture(autouse=True)
def furnished(engine: Engine, house: House) -> None:
    a_device(engine, "garage-pir", called="Garage PIR")
    house.camera()


def test_each_trigger_says_what_it_led_to_and_why(cast: Cast, engine: Engine) -> None:
    an_output(engine)
    acted = {"link_id": new_id(), "name": "Siren at night", "outcome": "acted", "reasons": ["the house is set to Away"]}
    made = a_ruling(engine, outcome="acted", reasons=["Siren at night: Siren is switched on"], links=[acted])
    sent_at = NOON + timedelta(seconds=2)
    order: dict[str, Any] = {"source": "event", "trigger_id": made.trigger_id, "state": "sent", "sent_at": sent_at}
    with engine.begin() as connection:
        command.add(connection, [Command(new_id(), "siren", "rule", True, 30.0, None, NOON, NOON, **order)])
    page = words(cast.viewer.get("/rulings").text)
    for said in (
        "Acted 12:00 Garage PIR: motion Siren at night: Siren is switched on",
        "Siren on for 30 s · sent 12:00:02",
        "Siren at night acted : the house is set to Away",
    ):
        assert said in page


@pytest.mark.parametrize(("state", "said"), [("due", "waits to be sent"), ("expired", "could not be sent in time")])
def test_an_order_says_what_became_of_it(cast: Cast, engine: Engine, state: str, said: str) -> None:
    an_output(engine)
    made = a_ruling(engine, outcome="acted")
    of_it: dict[str, Any] = {"source": "event", "trigger_id": made.trigger_id, "state": state}
    with engine.begin() as connection:
        command.add(connection, [Command(new_id(), "siren", "rule", False, None, None, NOON, NOON, **of_it)])
    assert f"Siren off · {said}" in words(cast.viewer.get("/rulings").text)


def test_a_sighting_leads_to_its_page(cast: Cast, engine: Engine) -> None:
    made = a_ruling(engine, "Front Door: person", source="sighting", device_id=None, camera_id="front-door")
    assert f'href="/sightings/{made.trigger_id}"' in cast.viewer.get("/rulings").text


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ("outcome=held", ["second"]),
        ("device=garage-pir", ["second", "first"]),
        ("camera=front-door", ["third"]),
        ("device=garage-pir&outcome=not_acted", ["first"]),
        ("", ["third", "second", "first"]),
    ],
)
def test_chips_choose_and_stay_in_the_address(cast: Cast, engine: Engine, chosen: str, shown: list[str]) -> None:
    a_ruling(engine, "first", decided_at=NOON)
    a_ruling(engine, "second", decided_at=NOON + timedelta(seconds=1), outcome="held", reasons=["held"])
    later = NOON + timedelta(seconds=2)
    a_ruling(engine, "third", decided_at=later, device_id=None, camera_id="front-door")
    page = words(cast.viewer.get(f"/rulings?{chosen}").text)
    assert sorted((said for said in ("first", "second", "third") if f" {said} " in page), key=page.index) == shown


def test_older_ones_follow_by_place(cast: Cast, engine: Engine) -> None:
    for number in range(45):
        a_ruling(engine, f"trigger {number}.", decided_at=NOON + timedelta(seconds=number))
    page = cast.viewer.get("/rulings").text
    assert page.count('class="ruling ') == 40
    before = page.partition("before=")[2].partition('"')[0]
    rest = cast.viewer.get(f"/rulings?before={before}", headers={"HX-Request": "true"}).text
    assert (rest.count('class="ruling '), "<html" in rest) == (5, False)
    assert "trigger 4." in rest and "That is the oldest." in rest
    whole = cast.viewer.get(f"/rulings?before={before}").text
    assert "Back to the newest" in whole


def test_a_place_that_is_none_is_refused(cast: Cast) -> None:
    assert cast.viewer.get("/rulings?before=soon").status_code == 400


def test_an_empty_page_says_what_would_be_here(cast: Cast) -> None:
    assert "Nothing has triggered yet" in cast.viewer.get("/rulings").text
    assert "Nothing here" in cast.viewer.get("/rulings?outcome=held").text


def test_devices_rules_and_events_lead_there(cast: Cast, house: House) -> None:
    house.event("device_active", device_id="garage-pir", detail="motion")
    assert 'href="/rulings?device=garage-pir"' in cast.viewer.get("/devices").text
    assert 'href="/rulings?device=garage-pir"' in cast.viewer.get("/events").text
    assert 'href="/rulings"' in cast.viewer.get("/rules").text


def test_what_a_trigger_led_to_is_news(engine: Engine, clock: Standing) -> None:
    told = news(a_ruling(engine, outcome="held").bell(clock, "scribe"))
    assert (told.kind, told.data) == ("ruling", {"camera": None, "device": "garage-pir", "outcome": "held"})
