from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.bus import Bus
from services.core.messages import EventNew
from services.core.settings import Settings
from services.scribe.escalations import Escalations
from services.store import device
from services.store.device import Described
from services.store.tables import event
from tests.ear import Ear
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def escalations(engine: Engine, bus: Bus, clock: HeldClock, start_bus: Callable[[Bus], None]) -> Escalations:
    start_bus(bus)
    with engine.begin() as connection:
        device.register(connection, "door", Described("Door", "contact", None, True, False), NOON)
        device.change(connection, "door", active=True, active_since=NOON, escalate_after_s=600)
    return Escalations(engine, bus, clock)


def change(engine: Engine, **said: Any) -> None:
    with engine.begin() as connection:
        device.change(connection, "door", **said)


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(event).order_by(event.c.stored_at, event.c.id)))


def test_a_device_that_stays_active_escalates_once_and_waits_for_its_ruling(
    engine: Engine, house: Settings, escalations: Escalations, clock: HeldClock
) -> None:
    clock.pass_by(599)
    assert escalations.look() == []
    clock.pass_by(1)
    with Ear(house, [EventNew]) as ear:
        (raised,) = escalations.look()
        (told,) = ear.wait(EventNew)
    assert (told.event_id, told.kind, told.detail) == (raised.id, "device_escalated", "active for 10 minutes")
    clock.pass_by(3600)
    assert escalations.look() == []
    (row,) = rows(engine)
    assert (row.device_id, row.undecided_since) == ("door", NOON + timedelta(seconds=600))


def test_the_next_activity_escalates_anew(engine: Engine, escalations: Escalations, clock: HeldClock) -> None:
    clock.pass_by(600)
    (first,) = escalations.look()
    change(engine, active_since=clock.now() + timedelta(seconds=60))
    clock.pass_by(660)
    (second,) = escalations.look()
    assert first.id != second.id


def test_what_is_still_open_after_a_silence_escalates_anew(
    engine: Engine, escalations: Escalations, clock: HeldClock
) -> None:
    clock.pass_by(600)
    escalations.look()
    change(engine, stale_since=clock.now())
    escalations.look()
    change(engine, stale_since=None)
    (again,) = escalations.look()
    assert again.kind == "device_escalated"
    assert [row.kind for row in rows(engine)].count("device_escalated") == 2


def test_a_device_that_falls_silent_is_no_longer_escalated(
    engine: Engine, escalations: Escalations, clock: HeldClock
) -> None:
    clock.pass_by(600)
    escalations.look()
    clock.pass_by(90)
    change(engine, stale_since=clock.now())
    (resolved,) = escalations.look()
    said = "nothing is heard of it any more, 2 minutes after it escalated"
    assert (resolved.kind, resolved.detail, resolved.undecided_since) == ("device_resolved", said, None)
    assert escalations.look() == []


def test_a_device_that_is_switched_off_here_does_not_escalate(
    engine: Engine, escalations: Escalations, clock: HeldClock
) -> None:
    change(engine, enabled=False)
    clock.pass_by(6000)
    assert escalations.look() == []
