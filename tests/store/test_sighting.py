"""Sightings in the real database: written with their detections, in turns, and closed when their time is over."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update

from services.core.media import Media
from services.detector.plugin import Pixels
from services.detector.sighting.following import Sight, follow
from services.detector.sighting.looks import Scene
from services.store import camera, detection, ruling, sighting, zone
from services.store.detection import Found, Outcome, Recorded
from services.store.sighting import Sighting
from services.store.tables import detection as detections
from services.store.tables import image as images
from services.store.tables import sighting as table
from services.store.zone import Zone
from tests.detector.sighting.memory import CAR, car, lit, person, put, street
from tests.pictures import NOON, Album, HeldClock

pytestmark = pytest.mark.mariadb
STREET = street()
PARKED = put(STREET, CAR)
MINUTE = timedelta(minutes=1)


class Eye:
    """Records pictures of one camera as a detector does; each `look` is as if every process had just started."""

    def __init__(self, engine: Engine, album: Album) -> None:
        self.engine = engine
        self.album = album

    def look(self, seconds: float, *found: Found, view: Pixels = PARKED) -> Recorded:
        at = NOON + timedelta(seconds=seconds)
        image_id = self.claimed(at)
        with self.engine.begin() as connection:
            made = detection.record(connection, outcome(image_id, at, found, view), "w", at)
        assert made
        return made

    def claimed(self, at: datetime) -> str:
        expires = at + MINUTE
        values: dict[str, Any] = {"state": "detecting", "claimed_by": "w", "claim_expires_at": expires, "attempts": 1}
        return self.album.pending(captured_at=at, **values)

    def all(self) -> list[Sighting]:
        with self.engine.connect() as connection:
            ids = connection.scalars(select(table.c.id).order_by(table.c.began_at, table.c.id)).all()
            return sighting.find_all(connection, ids)

    def change(self, **values: Any) -> None:
        with self.engine.begin() as connection:
            camera.change(connection, "front-door", **values)

    def close_expired(self, at: datetime) -> list[Sighting]:
        with self.engine.begin() as connection:
            return sighting.close_expired(connection, at, 100)


def outcome(image_id: str, at: datetime, found: tuple[Found, ...], view: Pixels) -> Outcome:
    sight = Sight(found, Scene.of(view))
    model: dict[str, Any] = {"model": "m", "model_version": "1", "took_ms": 1.0}
    return Outcome(
        image_id, "front-door", at, at, found=list(found), follow=lambda watch: follow(sight, watch), **model
    )


@pytest.fixture
def eye(engine: Engine, tmp_path: Path) -> Iterator[Eye]:
    yield Eye(engine, Album(engine, Media(tmp_path), at=NOON - timedelta(days=2)))


def test_a_still_thing_over_two_hundred_pictures_in_changing_light_arrives_once_and_departs_once(eye: Eye) -> None:
    made = [
        eye.look(second, *([car()] if second % 7 else []), view=lit(PARKED, 0.6 + 0.4 * (second % 50) / 50, noise=4))
        for second in range(1, 201)
    ]
    made += [eye.look(second, view=lit(STREET, 0.8)) for second in range(201, 230)]
    assert sum(len(one.arrived) for one in made) == 1
    assert sum(len(one.departed) for one in made) == 1
    (one,) = eye.all()
    assert one.departed_at == one.last_seen_at == NOON + timedelta(seconds=200)


def test_a_parked_car_over_twelve_hours_of_day_and_night_is_one_visit(eye: Eye) -> None:
    arrivals = departures = 0
    for number in range(12 * 30):
        seconds = number * 120
        # It grows dark within an hour, is dark for five, and grows light again.
        hour = seconds / 3600
        gain = max(0.02, min(1.0, 1 - (hour - 2), hour - 8 + 0.02)) if 2 < hour < 9.5 else 1.0
        seen = gain > 0.3 and number % 3
        recorded = eye.look(seconds, *([car()] if seen else []), view=lit(PARKED, gain, noise=4, seed=number))
        arrivals, departures = arrivals + len(recorded.arrived), departures + len(recorded.departed)
    assert (arrivals, departures) == (1, 0)
    (one,) = eye.all()
    assert one.departed_at is None


def test_people_who_cross_arrive_and_depart_once_each(eye: Eye) -> None:
    made = []
    for step in range(40):
        left, right = person(0.1 + step * 0.02), person(0.9 - step * 0.02, y=0.66)
        made.append(eye.look(step / 2, left, right, view=put(put(STREET, left.box, 3), right.box, 4)))
    made += [eye.look(second, view=STREET) for second in range(20, 40)]
    assert sum(len(one.arrived) for one in made) == 2
    assert sum(len(one.departed) for one in made) == 2
    assert all(one.departed_at for one in eye.all())


def test_the_detection_says_which_sighting_it_is_a_part_of(eye: Eye, engine: Engine) -> None:
    first, second = eye.look(0, car()), eye.look(1, car())
    with engine.connect() as connection:
        rows = connection.execute(select(detections).order_by(detections.c.captured_at)).all()
        again = detection.outcomes(connection, [second.outcome.image_id])
    (one,) = eye.all()
    assert [(row.sighting_id, row.arrival, row.place) for row in rows] == [(one.id, True, 1), (one.id, False, 2)]
    assert again[0].kept[0].seen().model_dump(exclude={"score", "box"}) == second.outcome.kept[0].seen().model_dump(
        exclude={"score", "box"}
    )
    assert first.outcome.kept[0].arrival


def test_what_was_dropped_is_a_part_of_nothing(eye: Eye, engine: Engine) -> None:
    eye.look(0, car(dropped="label not wanted"))
    with engine.connect() as connection:
        (row,) = connection.execute(select(detections))
    assert (row.sighting_id, row.arrival, row.place) == (None, False, 0)
    assert eye.all() == []


def test_a_repeated_record_writes_nothing(eye: Eye, engine: Engine) -> None:
    recorded = eye.look(0, car())
    before = eye.all()
    with engine.begin() as connection:
        assert detection.record(connection, recorded.outcome, "w", NOON) is None
    assert eye.all() == before


def test_the_cameras_own_rule_says_in_how_many_pictures_a_thing_must_be_seen(eye: Eye) -> None:
    eye.look(0)
    eye.change(seen_in=2, seen_of=3)
    moving = [person(0.3 + 0.02 * step) for step in range(3)]
    made = [eye.look(1 + step, one, view=put(STREET, one.box, 3)) for step, one in enumerate(moving)]
    assert [len(one.arrived) for one in made] == [0, 1, 0]


def test_the_label_of_a_sighting_is_the_one_that_most_of_its_detections_have(eye: Eye) -> None:
    for second, label in enumerate(["truck", "car", "car", "truck", "car"]):
        eye.look(second, car(label=label))
    (one,) = eye.all()
    assert (one.label, one.images) == ("car", 5)


def test_two_detectors_of_one_camera_take_turns(eye: Eye, engine: Engine) -> None:
    ids = {at: eye.claimed(at) for at in (NOON + timedelta(seconds=second) for second in range(24))}
    arrived: list[str] = []

    def work(mine: list[datetime]) -> None:
        for at in mine:
            with engine.begin() as connection:
                made = detection.record(connection, outcome(ids[at], at, (car(),), PARKED), "w", at)
            assert made
            arrived.extend(one.id for one in made.arrived)

    lines = [threading.Thread(target=work, args=([*ids][start::2],)) for start in range(2)]
    for line in lines:
        line.start()
    for line in lines:
        line.join(60)
    (one,) = eye.all()
    assert arrived == [one.id]
    assert one.images == 24


def test_what_moves_is_closed_when_no_picture_comes_any_more(eye: Eye) -> None:
    eye.look(0, person(0.5), view=put(STREET, person(0.5).box, 3))
    assert eye.close_expired(NOON + 4 * MINUTE) == []
    (closed,) = eye.close_expired(NOON + 6 * MINUTE)
    assert closed.departed_at == NOON
    assert eye.close_expired(NOON + 7 * MINUTE) == []


def test_what_stands_still_stays_without_pictures(eye: Eye) -> None:
    for second in range(20):
        eye.look(second, car())
    assert eye.close_expired(NOON + timedelta(days=30)) == []
    assert eye.all()[0].departed_at is None


def test_a_departure_that_somebody_asked_for_waits_for_its_verdict(eye: Eye, engine: Engine) -> None:
    eye.look(0, person(0.5))
    eye.change(departure_labels=["person"])
    eye.close_expired(NOON + 6 * MINUTE)
    with engine.begin() as connection:
        (waiting,) = sighting.waiting_for_verdict(connection, NOON + MINUTE, 10)
        assert sighting.judge_departure(connection, waiting.id, NOON + 7 * MINUTE)
        assert not sighting.judge_departure(connection, waiting.id, NOON + 8 * MINUTE)
        assert sighting.waiting_for_verdict(connection, NOON + MINUTE, 10) == []


def test_a_departure_that_nobody_asked_for_is_settled_at_once(eye: Eye, engine: Engine) -> None:
    eye.look(0, person(0.5))
    eye.close_expired(NOON + 6 * MINUTE)
    assert eye.all()[0].departure_judged_at == NOON + 6 * MINUTE


def test_a_sighting_outlives_its_pictures(eye: Eye, engine: Engine) -> None:
    for second in range(30):
        eye.look(second, car())
    with engine.begin() as connection:
        connection.execute(images.delete())
    eye.look(60, car())
    (one,) = eye.all()
    assert (one.images, one.departed_at) == (31, None)


def test_looks_of_another_form_are_as_good_as_none(eye: Eye, engine: Engine) -> None:
    for second in range(20):
        eye.look(second, car())
    with engine.begin() as connection:
        connection.execute(update(table).values(looks=b"\x07 of another version"))
    assert not eye.look(21, car()).arrived
    assert len(eye.all()[0].looks or b"") > 500


def test_an_arrival_waits_for_its_ruling_from_then_on_and_a_ruling_ends_that(eye: Eye, engine: Engine) -> None:
    def waiting() -> list[str]:
        with engine.connect() as connection:
            return [one.sighting.id for one in sighting.undecided(connection, NOON + MINUTE, 1)]

    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    eye.claimed(NOON - MINUTE)
    with engine.begin() as connection:
        for kind in ("zone", "mask"):
            zone.add(connection, "front-door", Zone(f"01{kind}", kind, kind.title(), corners), NOON)
    for second in range(3):
        eye.look(second, car())
    (one,) = eye.all()
    assert one.arrived_at
    with engine.connect() as connection:
        (arrival,) = sighting.undecided(connection, NOON + MINUTE, 10)
        assert sighting.undecided(connection, one.arrived_at, 10) == []
    told = arrival.message(HeldClock(), "keeper")
    assert (told.sighting_id, told.image_id, told.zones) == (one.id, one.arrival_image_id, ["Zone"])
    with engine.begin() as connection:
        ruling.settle(connection, [("sighting", one.id)])
    eye.look(4, car())
    assert waiting() == []


def test_a_row_comes_back_as_it_was_written(eye: Eye, engine: Engine) -> None:
    eye.look(0, car())
    (one,) = eye.all()
    changed = replace(one, images=7, looks=b"\x00\xff", still=True, expires_at=NOON)
    with engine.begin() as connection:
        sighting.write(connection, sighting.Changes(changed=[changed]))
        assert sighting.find(connection, one.id) == changed
        assert sighting.find(connection, "nobody") is None
        assert connection.scalar(text("SELECT COUNT(*) FROM sighting")) == 1
