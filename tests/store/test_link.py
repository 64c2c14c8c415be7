from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import config, device, link, mode, schedule
from services.store.device import Described
from services.store.link import Link
from services.store.schedule import Schedule
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


def put(**said: Any) -> dict[str, Any]:
    """An input of a link."""
    rest: dict[str, Any] = {"kind": "device", "id": "pir", "moment": "trigger"}
    rest |= dict.fromkeys(("labels", "zones", "standings", "plates", "details"))
    return rest | said


def do_this(**said: Any) -> dict[str, Any]:
    """An action of a link."""
    rest = {"kind": "switch", "id": "siren", "on": True, "seconds": 30.0, "text": None, "people": None}
    return rest | said


SIREN = Link(new_id(), "Siren", True, [put()], None, ["away"], None, [do_this()], NOON)
LIGHT = Link(new_id(), "Light", False, [put(), put(id="door")], 60, None, None, [do_this(id="lamp")], NOON)


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def add(engine: Engine, *links: Link) -> None:
    with engine.begin() as connection:
        for one in links:
            link.add(connection, one)


def test_what_was_written_is_read_back_by_name(engine: Engine) -> None:
    add(engine, SIREN, LIGHT)
    assert do(engine, link.all_links) == [LIGHT, SIREN]
    for read in (link.find, link.lock):
        assert do(engine, partial(read, link_id=SIREN.id)) == SIREN
        assert do(engine, partial(read, link_id=new_id())) is None
    assert do(engine, lambda connection: link.find_all(connection, [SIREN.id, new_id()])) == {SIREN.id: SIREN}
    assert do(engine, lambda connection: link.find_all(connection, [])) == {}


def test_flows_are_told_of_each_change_and_not_of_an_act(engine: Engine) -> None:
    def version() -> int:
        return int(do(engine, lambda connection: config.version(connection, "links")))

    before = version()
    add(engine, SIREN)
    changed: dict[str, Any] = {"name": "Loud siren", "enabled": False}
    do(engine, lambda connection: link.change(connection, SIREN.id, **changed))
    do(engine, lambda connection: link.acted(connection, [SIREN.id], NOON))
    assert do(engine, link.all_links) == [replace(SIREN, **changed, acted_at=NOON)]
    do(engine, lambda connection: link.remove(connection, SIREN.id))
    assert do(engine, link.all_links) == []
    assert version() == before + 3


def test_two_cannot_have_one_name_and_none_has_a_schedule_that_is_not_there(engine: Engine) -> None:
    add(engine, SIREN)
    with pytest.raises(IntegrityError):
        add(engine, replace(LIGHT, name="siren"))
    with pytest.raises(IntegrityError):
        add(engine, replace(LIGHT, schedule_id=new_id()))


def test_one_knows_which_links_speak_of_a_device(engine: Engine) -> None:
    add(engine, SIREN, LIGHT, replace(SIREN, id=new_id(), name="Voice", actions=[do_this(kind="say", id="hall")]))
    named = {one: do(engine, partial(link.of_device, device_id=one)) for one in ("pir", "hall")}
    assert named == {"pir": ["Light", "Siren", "Voice"], "hall": ["Voice"]}
    assert do(engine, lambda connection: link.of_device(connection, "gate")) == []


def test_a_group_of_a_devices_name_is_not_the_device(engine: Engine) -> None:
    group = replace(SIREN, inputs=[put(kind="group", id="lamp")], actions=[do_this(kind="switch_group", id="lamp")])
    add(engine, group)
    assert do(engine, lambda connection: link.of_device(connection, "lamp")) == []


def test_a_mode_in_which_a_link_acts_or_that_it_sets_has_users(engine: Engine) -> None:
    add(engine, SIREN, replace(LIGHT, actions=[do_this(kind="mode", id="night")]))
    users = {one: do(engine, partial(mode.users, mode_id=one)) for one in ("away", "night")}
    assert users == {"away": ["Siren"], "night": ["Light"]}
    assert do(engine, lambda connection: mode.users(connection, "home")) == []


def test_links_and_devices_of_a_schedule_that_is_removed_hold_at_any_time(engine: Engine) -> None:
    nights = Schedule(new_id(), "Nights", [], [], True, None, None)
    with engine.begin() as connection:
        schedule.add(connection, nights)
        device.register(connection, "lamp", Described("Lamp", "switch", None, False, True), NOON)
        device.change(connection, "lamp", schedule_id=nights.id)
    add(engine, replace(SIREN, schedule_id=nights.id))
    assert [(one.noun, one.name) for one in do(engine, schedule.users)] == [("devices", "Lamp"), ("links", "Siren")]
    do(engine, lambda connection: schedule.remove(connection, nights.id))
    assert do(engine, schedule.users) == []
    assert do(engine, lambda connection: config.version(connection, "links")) == 3


def test_halves_are_noted_in_place_of_earlier_ones_and_end_with_a_change(engine: Engine) -> None:
    add(engine, LIGHT)
    later = NOON + timedelta(seconds=5)
    for noted in ({0: NOON}, {0: NOON, 1: later}):
        do(engine, partial(link.note_halves, link_id=LIGHT.id, halves=noted))
    assert do(engine, lambda connection: link.halves(connection, LIGHT.id)) == {0: NOON, 1: later}
    do(engine, lambda connection: link.change(connection, LIGHT.id, within_s=30))
    assert do(engine, lambda connection: link.halves(connection, LIGHT.id)) == {}
