from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew, SightingArrived
from services.core.settings import Settings
from services.keeper.bells import Bells
from services.keeper.trigger_bells import TriggerBells
from services.store import event, ruling
from services.store.event import Event
from services.store.tables import sighting
from tests.ear import Ear
from tests.pictures import NOON, Album, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]


@pytest.fixture
def bells(engine: Engine, bus: Bus, clock: HeldClock) -> TriggerBells:
    return TriggerBells(Bells(engine, bus, clock), engine, clock, most=2)


def happened(engine: Engine, since: datetime | None = NOON) -> Event:
    made = Event(new_id(), "panic", None, None, "Anna", NOON, NOON, NOON, undecided_since=since)
    with engine.begin() as connection:
        event.add(connection, [made])
    return made


def arrived(engine: Engine, album: Album) -> str:
    image_id, sighting_id = album.add(), new_id()
    named = dict.fromkeys(("first_image_id", "arrival_image_id", "last_image_id", "best_image_id"), image_id)
    times = dict.fromkeys(("began_at", "arrived_at", "last_seen_at", "undecided_since"), NOON)
    corners = {"x1": 0.1, "y1": 0.1, "x2": 0.9, "y2": 0.9}
    rest: dict[str, Any] = {
        "id": sighting_id,
        "camera_id": "front-door",
        "label": "car",
        "images": 1,
        "best_score": 0.9,
    }
    with engine.begin() as connection:
        connection.execute(insert(sighting).values(**named, **times, **corners, **rest))
    return sighting_id


def test_a_trigger_is_rung_for_again_and_again_until_it_has_its_ruling(
    engine: Engine, house: Settings, bells: TriggerBells, clock: HeldClock
) -> None:
    made = happened(engine)
    happened(engine, None)
    with Ear(house, [EventNew]) as ear:
        clock.pass_by(5)
        bells.ring_for_events()
        for seconds in (0.1, 4, 1.1):
            clock.pass_by(seconds)
            bells.ring_for_events()
        ear.wait(EventNew, 2)
        clock.pass_by(86400)
        bells.ring_for_events()
        assert {one.event_id for one in ear.wait(EventNew, 3)} == {made.id}
        with engine.begin() as connection:
            ruling.settle(connection, [("event", made.id)])
        last = happened(engine, clock.now() - timedelta(hours=2))
        clock.pass_by(86400)
        bells.ring_for_events()
        told = ear.wait(EventNew, 4)
    assert [one.event_id for one in told] == [made.id] * 3 + [last.id]


def test_of_very_many_the_newest_and_the_oldest_are_rung_for(
    engine: Engine, house: Settings, bells: TriggerBells, clock: HeldClock
) -> None:
    made = [happened(engine, NOON + timedelta(seconds=second)).id for second in range(9)]
    clock.pass_by(60)
    with Ear(house, [EventNew]) as ear:
        bells.ring_for_events()
        told = ear.wait(EventNew, 4)
    assert [one.event_id for one in told] == [made[0], made[1], made[7], made[8]], "in the order in which they happened"


def test_an_arrival_is_rung_for_until_it_has_its_ruling(
    engine: Engine, house: Settings, bells: TriggerBells, clock: HeldClock, album: Album
) -> None:
    sighting_id = arrived(engine, album)
    clock.pass_by(5)
    with Ear(house, [SightingArrived]) as ear:
        bells.ring_for_arrivals()
        clock.pass_by(1)
        bells.ring_for_arrivals()
        (told,) = ear.wait(SightingArrived)
        assert (told.sighting_id, told.label, told.zones) == (sighting_id, "car", [])
        with engine.begin() as connection:
            ruling.settle(connection, [("sighting", sighting_id)])
        later = arrived(engine, album)
        clock.pass_by(3600)
        bells.ring_for_arrivals()
        assert [one.sighting_id for one in ear.wait(SightingArrived, 2)] == [sighting_id, later]
