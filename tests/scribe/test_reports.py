from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.bus import Bus
from services.core.messages import EventNew, EventReport
from services.core.settings import Settings
from services.scribe.reports import Reports
from services.store import camera
from services.store.tables import event
from tests.ear import Ear
from tests.peers import wait_until
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = HeldClock()


def report(**more: Any) -> EventReport:
    fields: dict[str, Any] = {
        "kind": "service_silent",
        "camera_id": None,
        "node_id": None,
        "detail": "the detector does not answer",
        "happened_at": NOON,
    }
    return EventReport.make(CLOCK, "nodered", **(fields | more))


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(event)))


def test_a_report_becomes_an_event_and_rings(
    engine: Engine, house: Settings, bus: Bus, start_bus: Callable[[Bus], None]
) -> None:
    bus.subscribe(EventReport, Reports(engine, bus, CLOCK).take)
    start_bus(bus)
    with engine.begin() as connection:
        camera.register(connection, "Front Door", NOON)
    sent = report(camera_id="front-door")
    with Ear(house, [EventNew]) as ear:
        ear.say(sent)
        (told,) = ear.wait(EventNew)
    assert (told.event_id, told.kind, told.camera_id, told.detail) == (
        sent.id,
        "service_silent",
        "front-door",
        "the detector does not answer",
    )
    (row,) = rows(engine)
    assert (row.id, row.camera_id, row.happened_at, row.text) == (sent.id, "front-door", NOON, None)


def test_a_report_that_comes_twice_is_one_event_and_rings_twice(
    engine: Engine, house: Settings, bus: Bus, start_bus: Callable[[Bus], None]
) -> None:
    bus.subscribe(EventReport, Reports(engine, bus, CLOCK).take)
    start_bus(bus)
    sent = report()
    with Ear(house, [EventNew]) as ear:
        ear.say(sent, sent)
        assert {one.event_id for one in ear.wait(EventNew, 2)} == {sent.id}
    assert len(rows(engine)) == 1


def test_a_report_of_an_unknown_camera_is_kept_without_it(engine: Engine, bus: Bus) -> None:
    Reports(engine, bus, CLOCK).take(report(camera_id="nobody", node_id="nowhere"))
    (row,) = rows(engine)
    assert (row.camera_id, row.node_id, row.text) == (None, None, "not known: camera nobody, node nowhere")


def test_a_report_that_breaks_its_contract_stops_nothing(
    engine: Engine, house: Settings, bus: Bus, start_bus: Callable[[Bus], None]
) -> None:
    bus.subscribe(EventReport, Reports(engine, bus, CLOCK).take)
    start_bus(bus)
    with Ear(house, []) as ear:
        ear.say(report().model_copy(update={"detail": ""}), report())
        wait_until(lambda: rows(engine), "the good one")
    assert len(rows(engine)) == 1
