from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.media import Media
from services.store import detection, zone
from services.store.detection import Found, Outcome, Recorded, best_of_each_label
from services.store.tables import detection as table
from services.store.tables import detection_zone
from services.store.zone import Zone
from tests.pictures import NOON, Album, HeldClock

BOX = (0.1, 0.2, 0.5, 0.75)
TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))


def outcome(image_id: str, found: Sequence[Found] = (), **more: Any) -> Outcome:
    base: dict[str, Any] = {"model": "m", "model_version": "1", "took_ms": 12.5} | more
    return Outcome(image_id, "front-door", NOON, NOON, found=list(found), **base)


@pytest.fixture
def album(engine: Engine, tmp_path: Path) -> Album:
    return Album(engine, Media(tmp_path))


def claimed(album: Album, worker: str = "w") -> str:
    return album.pending(state="detecting", claimed_by=worker, claim_expires_at=NOON + timedelta(minutes=1), attempts=1)


def record(engine: Engine, made: Outcome, worker: str = "w") -> Recorded | None:
    with engine.begin() as connection:
        return detection.record(connection, made, worker, NOON)


@pytest.mark.mariadb
def test_every_detection_is_written_with_its_rank_and_the_best_of_each_label(engine: Engine, album: Album) -> None:
    image_id = claimed(album)
    found = [
        Found("person", 0.9, BOX),
        Found("dog", 0.8, BOX, "label not wanted"),
        Found("person", 0.7, BOX),
        Found("dog", 0.3, BOX, "below score"),
    ]
    assert record(engine, outcome(image_id, found))
    with engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.ordinal)).all()
    assert [(row.ordinal, row.label, row.best, row.dropped_because) for row in rows] == [
        (0, "person", True, None),
        (1, "dog", False, "label not wanted"),
        (2, "person", False, None),
        (3, "dog", False, "below score"),
    ]
    row = album.get(image_id)
    assert (row.state, row.model, row.took_ms, row.judged_at, row.claimed_by) == ("detected", "m", 12.5, None, None)


@pytest.mark.mariadb
def test_a_picture_in_which_nothing_counts_is_settled_at_once(engine: Engine, album: Album) -> None:
    for found in ([], [Found("dog", 0.8, BOX, "label not wanted")]):
        image_id = claimed(album)
        assert record(engine, outcome(image_id, found))
        assert album.get(image_id).judged_at == NOON


@pytest.mark.mariadb
def test_nothing_is_written_when_the_claim_is_not_ours_any_more(engine: Engine, album: Album) -> None:
    image_id = claimed(album, "another")
    assert not record(engine, outcome(image_id, [Found("person", 0.9, BOX)]))
    assert album.get(image_id).state == "detecting"
    with engine.connect() as connection:
        assert connection.execute(select(table)).all() == []


@pytest.mark.mariadb
def test_a_failure_keeps_its_reason(engine: Engine, album: Album) -> None:
    image_id = claimed(album)
    assert record(engine, outcome(image_id, error="the picture is empty", model=None, model_version=None))
    row = album.get(image_id)
    assert (row.state, row.error, row.judged_at) == ("failed", "the picture is empty", NOON)


@pytest.mark.mariadb
def test_the_bell_rung_again_says_what_the_first_one_said(engine: Engine, album: Album) -> None:
    image_id = claimed(album)
    made = outcome(image_id, [Found("person", 0.875, BOX), Found("cat", 0.5, BOX, "below score")])
    record(engine, made)
    with engine.connect() as connection:
        (again,) = detection.outcomes(connection, [image_id])
    first, second = made.message(HeldClock(), "detector"), again.message(HeldClock(), "keeper")
    assert second.detections[0].box == pytest.approx(first.detections[0].box)
    same = {"id", "src", "captured_at", "received_at", "detections"}
    assert second.model_dump(exclude=same) == first.model_dump(exclude=same)
    assert [one.label for one in second.detections] == ["person"]


PATH, GATE = Zone("0198", "zone", "Path", TRIANGLE), Zone("0199", "zone", "Gate", TRIANGLE)


@pytest.mark.mariadb
def test_a_zone_has_one_row_a_picture_with_the_strongest_that_is_in_it(engine: Engine, album: Album) -> None:
    image_id = claimed(album)
    draw(engine, PATH, GATE)
    found = [
        Found("cat", 0.9, BOX, "below score"),
        Found("person", 0.8, BOX, zones=(PATH.ref,)),
        Found("person", 0.7, BOX, zones=(GATE.ref, PATH.ref)),
    ]
    record(engine, outcome(image_id, found))
    assert in_zones(engine) == [(PATH.id, image_id, 1), (GATE.id, image_id, 2)]
    with engine.connect() as connection:
        (again,) = detection.outcomes(connection, [image_id])
    assert [one.zones for one in again.kept] == [(PATH.ref,), (GATE.ref,)]


@pytest.mark.mariadb
def test_a_zone_that_was_deleted_during_the_look_stops_nothing(engine: Engine, album: Album) -> None:
    image_id = claimed(album)
    draw(engine, PATH)
    assert record(engine, outcome(image_id, [Found("person", 0.8, BOX, zones=(GATE.ref, PATH.ref))]))
    assert in_zones(engine) == [(PATH.id, image_id, 0)]


def draw(engine: Engine, *zones: Zone) -> None:
    with engine.begin() as connection:
        for one in zones:
            zone.add(connection, "front-door", one, NOON)


def in_zones(engine: Engine) -> list[tuple[Any, ...]]:
    columns = (detection_zone.c.zone_id, detection_zone.c.image_id, detection_zone.c.ordinal)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(detection_zone.c.zone_id))]


def test_the_best_of_a_label_is_its_strongest_kept_one() -> None:
    found = [Found("a", 0.9, BOX, "below score"), Found("a", 0.8, BOX), Found("b", 0.7, BOX), Found("a", 0.6, BOX)]
    assert best_of_each_label(found) == {1, 2}


@pytest.mark.mariadb
def test_why_the_local_model_stood_in_is_written_and_told_again(engine: Engine, album: Album) -> None:
    image_id = claimed(album)
    assert record(engine, outcome(image_id, [Found("person", 0.9, BOX)], fell_back_because="no network"))
    with engine.connect() as connection:
        (again,) = detection.outcomes(connection, [image_id])
    assert (album.get(image_id).fell_back_because, again.fell_back_because) == ("no network", "no network")
    assert again.message(HeldClock(), "keeper").fell_back_because == "no network"
