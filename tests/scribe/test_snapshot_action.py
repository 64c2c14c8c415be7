"""Rules that take pictures: the pull is a row, written with the ruling, and people are told with the picture."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.rule_messages import LinkAction
from services.store import audit, event, link, pull
from services.store.event import Event
from services.store.pull import Ended, Pull
from tests.cameras import hang_up
from tests.pictures import NOON
from tests.scribe.test_rulings import LINK, NOTHING, House, act, acts, reasons

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
PICTURE = NOTHING | {"kind": "snapshot", "id": "cellar"}
TELL = NOTHING | {"kind": "alert", "text": "At the door"}


@pytest.fixture
def home(engine: Engine, bus: Bus) -> House:
    made = House(engine, bus)
    with engine.begin() as connection:
        hang_up(connection)
    return made


def pulled(home: House) -> list[Pull]:
    with home.engine.connect() as connection:
        return pull.waiting(connection, NOON + pull.IN_TIME, 10)


def told(home: House) -> list[Event]:
    with home.engine.connect() as connection:
        return event.waiting_for_verdict(connection, NOON + pull.IN_TIME, 10)


def test_a_picture_is_a_row_with_who_wanted_it_and_until_when_and_stands_in_the_audit(home: House) -> None:
    made = home.rule(None, acts(PICTURE))
    (one,) = pulled(home)
    assert (made.outcome, reasons(made)[0]) == ("acted", "a picture of Cellar is pulled")
    assert (one.camera_id, one.asked_by, one.asked_at) == ("cellar", "rule Siren at night", NOON)
    assert (one.expires_at, one.alert) == (NOON + pull.IN_TIME, None)
    with home.engine.connect() as connection:
        (row,) = audit.of(connection, "camera.pull", "cellar", 5)
    assert (row.user_name, row.after_json) == (None, {"by": "rule Siren at night"})


def test_a_verdict_that_comes_twice_is_one_picture(home: House) -> None:
    about = home.happen()
    home.rule(about, acts(PICTURE))
    home.rule(about, acts(PICTURE))
    assert len(pulled(home)) == 1


@pytest.mark.parametrize("actions", [(PICTURE, TELL), (TELL, PICTURE)])
def test_whom_the_rule_tells_is_told_with_the_picture(home: House, actions: tuple[dict[str, Any], ...]) -> None:
    about = home.happen()
    made = home.rule(about, acts(*actions))
    assert "people are told once the picture is there: At the door" in reasons(made)
    assert told(home) == []
    (one,) = pulled(home)
    with home.engine.begin() as connection:
        ended = pull.end(connection, [one.id], Ended("ok", "", new_id(), NOON))
        pull.alerts(connection, ended, NOON)
    (alert,) = told(home)
    assert (alert.kind, alert.camera_id, alert.device_id) == ("rule_alert", "cellar", "pir")
    assert (alert.detail, alert.happened_at) == ("Siren at night: At the door", about.happened_at)


def test_a_second_alert_of_the_same_rule_does_not_wait(home: House) -> None:
    home.rule(None, acts(PICTURE, TELL, TELL | {"text": "Again"}))
    assert [one.detail for one in told(home)] == ["Siren at night: Again"]
    assert len(pulled(home)) == 1


def test_a_camera_without_an_address_for_pictures_is_said_so_and_people_are_told_at_once(home: House) -> None:
    with home.engine.begin() as connection:
        hang_up(connection, "Yard", snapshot_url=None, stream_url="rtsp://192.0.2.9/1")
    made = home.rule(None, acts(PICTURE | {"id": "yard"}, PICTURE | {"id": "roof"}, TELL))
    assert reasons(made)[:3] == [
        "Yard has no address from which a picture could be pulled",
        "roof is not known",
        "people are told: At the door",
    ]
    assert pulled(home) == []
    assert len(told(home)) == 1


def test_pictures_of_two_rules_are_two_pulls_that_one_try_will_serve(home: House) -> None:
    other = replace(LINK, id=new_id(), name="Other")
    with home.engine.begin() as connection:
        link.add(connection, other)
    both = [acts(PICTURE), act(other, actions=[LinkAction.model_validate(PICTURE)])]
    home.rule(None, *both)
    assert {one.asked_by for one in pulled(home)} == {"rule Siren at night", "rule Other"}
