from typing import Any

import pytest
from sqlalchemy import Engine

from flaskapp.rule import choices
from flaskapp.rule.trouble import troubles
from services.core.ids import new_id
from services.store import schedule
from services.store.schedule import Schedule
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import House
from tests.flaskapp.plate.test_views import a_plate
from tests.flaskapp.rule.making import a_rule, an_action, an_input


@pytest.fixture
def furnished(engine: Engine, house: House) -> Engine:
    """A PIR and a siren that work, a door that is switched off, a camera."""
    a_device(engine, "garage-pir", called="Garage PIR", group_name="Ground floor")
    a_device(engine, "siren", called="Siren", is_input=False, is_output=True)
    a_device(engine, "door", called="Door", enabled=False)
    house.camera()
    return engine


def of(engine: Engine, **more: Any) -> list[str]:
    with engine.connect() as connection:
        return troubles(a_rule(**more), choices.read(connection))


def test_a_rule_that_can_do_what_it_says_has_none(furnished: Engine) -> None:
    plate = an_input("plate", "front-door", plates=[a_plate(furnished, standing="known")])
    inputs = [an_input(), an_input("group", "Ground floor"), an_input("camera", "front-door"), an_input("panic", None)]
    inputs += [plate, an_input("camera_event", "front-door"), an_input("group", "Ground floor", moment="last")]
    assert of(furnished, inputs=inputs, actions=[an_action(), an_action("mode", "away")]) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"inputs": [an_input(id="gone")]}, "There is no device gone any more"),
        ({"inputs": [an_input(id="door"), an_input(id="door")]}, "Door is switched off"),
        ({"inputs": [an_input("group", "Attic")]}, "No device that reports is in the group Attic"),
        ({"inputs": [an_input("camera", "gone")]}, "There is no camera gone any more"),
        ({"inputs": [an_input("camera", "front-door", zones=["Pool"])]}, "Front Door has no zone Pool any more"),
        (
            {"inputs": [an_input(moment="escalation")]},
            "Garage PIR never escalates: its card on Devices says after how long it does",
        ),
        (
            {"inputs": [an_input("plate", None, standings=["deny"], plates=[new_id()])]},
            "A plate that it goes by was removed, or is unknown again",
        ),
        ({"inputs": [an_input("plate", "gone")]}, "There is no camera gone any more"),
        ({"inputs": [an_input("camera_event", "gone")]}, "There is no camera gone any more"),
        ({"actions": [an_action(id="gone")]}, "There is no device gone any more"),
        ({"actions": [an_action("switch_group", "Attic")]}, "Nothing that can be switched is in the group Attic"),
        (
            {"actions": [an_action("snapshot", "front-door")]},
            "No picture can be pulled from Front Door: its page says how to connect it",
        ),
        (
            {"actions": [an_action("clip", "front-door")]},
            "Front Door is not recorded: its page says how to connect it",
        ),
        ({"actions": [an_action("mode", "party")]}, "There is no mode party any more"),
    ],
)
def test_it_says_what_is_in_the_way(furnished: Engine, more: dict[str, Any], said: str) -> None:
    assert of(furnished, **more) == [said]


def test_a_schedule_that_is_switched_off_is_in_the_way(furnished: Engine) -> None:
    nights = Schedule(new_id(), "Nights", [], [], False, None, None)
    with furnished.begin() as connection:
        schedule.add(connection, nights)
    assert of(furnished, schedule_id=nights.id) == ["The schedule Nights is switched off"]
