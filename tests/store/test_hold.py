from dataclasses import replace

import pytest
from sqlalchemy import Engine

from services.store import device, hold
from services.store.device import Described, Device
from services.store.hold import Hold
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
HELD = Hold("pir", NOON, "motion", ["2026-05-01T12:00:00.000000Z"], NOON)


def register(engine: Engine, device_id: str = "pir") -> None:
    with engine.begin() as connection:
        device.register(connection, device_id, Described("PIR", "motion", None, True, False), NOON)


def get(engine: Engine, device_id: str = "pir") -> tuple[Device, Hold] | None:
    with engine.begin() as connection:
        return hold.lock(connection, [device_id]).get(device_id)


def test_a_device_without_a_row_is_held_by_nothing(engine: Engine) -> None:
    register(engine)
    found = get(engine)
    assert found
    assert (found[0].called, found[1]) == ("PIR", Hold("pir"))
    assert get(engine, "door") is None


def test_what_was_written_is_read_back_in_place_of_what_was(engine: Engine) -> None:
    register(engine)
    for held in (replace(HELD, counted=[]), HELD):
        with engine.begin() as connection:
            hold.write(connection, [held])
    found = get(engine)
    assert found
    assert found[1] == HELD


def test_devices_are_found_by_their_group_too(engine: Engine) -> None:
    for name in ("pir", "lamp", "door"):
        register(engine, name)
    with engine.begin() as connection:
        device.change(connection, "lamp", group_name="Lights")
        assert list(hold.lock(connection, ["pir"], ["Lights"])) == ["lamp", "pir"]
        assert hold.lock(connection, []) == {}


def test_those_that_may_escalate_are_active_and_have_a_limit_or_have_escalated(engine: Engine) -> None:
    for name in ("pir", "door", "quiet", "plain"):
        register(engine, name)
    with engine.begin() as connection:
        for name in ("pir", "quiet"):
            device.change(connection, name, escalate_after_s=600)
        for name in ("pir", "plain"):
            device.change(connection, name, active=True, active_since=NOON)
        hold.write(connection, [replace(HELD, device_id="door")])
        found = hold.escalating(connection)
    assert [(one.id, held.escalated_at) for one, held in found] == [("door", NOON), ("pir", None)]
