"""What moves has gone when no picture comes any more; its departure is rung for until it is judged."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.messages import SightingDeparted
from services.core.settings import Settings
from services.keeper.bells import Bells
from services.keeper.departures import Departures
from services.store import camera, sighting
from services.store.sighting import Changes, Sighting
from tests.detector.sighting.memory import Remembered, person
from tests.ear import Ear
from tests.pictures import NOON, Album, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]


def visitor(engine: Engine, album: Album, **values: object) -> Sighting:
    """Somebody who was seen at noon and whose departure somebody wants to be told of."""
    album.add()
    seen = Remembered()
    seen.look(0, person(0.5))
    (one,) = seen.visits
    made = replace(one, camera_id="front-door", **values)  # type: ignore[arg-type]
    with engine.begin() as connection:
        camera.change(connection, "front-door", departure_labels=["person"])
        sighting.write(connection, Changes(begun=[made]))
    return made


def get(engine: Engine, one: Sighting) -> Sighting:
    with engine.connect() as connection:
        found = sighting.find(connection, one.id)
    assert found
    return found


def test_a_visitor_of_whom_nothing_more_is_seen_departs_once(
    house: Settings, engine: Engine, bus: Bus, clock: HeldClock, album: Album
) -> None:
    one = visitor(engine, album)
    departures = Departures(engine, bus, clock)
    with Ear(house, [SightingDeparted]) as ear:
        clock.pass_by(299)
        assert departures.close() == 0
        clock.pass_by(2)
        assert (departures.close(), departures.close()) == (1, 0)
        (told,) = ear.wait(SightingDeparted)
    assert (told.sighting_id, told.label, told.image_id) == (one.id, "person", one.last_image_id)
    assert told.departed_at == get(engine, one).departed_at == NOON


def test_a_departure_is_rung_for_until_it_is_judged(
    house: Settings, engine: Engine, bus: Bus, clock: HeldClock, album: Album
) -> None:
    one = visitor(engine, album, departed_at=NOON)
    clock.pass_by(60)
    bells = Bells(engine, bus, clock)
    with Ear(house, [SightingDeparted]) as ear:
        bells.ring_for_departures()
        bells.ring_for_departures()
        clock.pass_by(6)
        bells.ring_for_departures()
        assert [told.sighting_id for told in ear.wait(SightingDeparted, 2)] == [one.id, one.id]
        with engine.begin() as connection:
            sighting.judge_departure(connection, one.id, clock.now())
        clock.pass_by(60)
        bells.ring_for_departures()
        ear.say(sighting.departed(replace(one, departed_at=NOON), clock, "end"))
        assert [told.src for told in ear.wait(SightingDeparted, 3)] == ["keeper", "keeper", "end"]


def test_a_departure_that_nobody_asks_about_any_more_is_settled(
    house: Settings, engine: Engine, bus: Bus, clock: HeldClock, album: Album
) -> None:
    one = visitor(engine, album, departed_at=NOON)
    with engine.begin() as connection:
        camera.change(connection, "front-door", departure_labels=["car"])
    clock.pass_by(60)
    Bells(engine, bus, clock).ring_for_departures()
    assert get(engine, one).departure_judged_at == NOON + timedelta(seconds=60)
