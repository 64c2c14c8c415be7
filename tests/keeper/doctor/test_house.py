from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text, update

from services.core.ids import new_id
from services.keeper.doctor.report import examine
from services.keeper.doctor.subject import CannotCheck, Subject
from services.store import audit, camera, command, device, event, garbage, sighting
from services.store.audit import Change
from services.store.command import Command
from services.store.device import Described
from services.store.engine import connect
from services.store.event import Event
from services.store.migrate import migrate
from services.store.sighting import Changes, Sighting
from services.store.tables import detection
from tests.detector.sighting.memory import Remembered, car
from tests.keeper.doctor.conftest import PERSON, Names, Ward
from tests.peers import MariaDb
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


def test_a_file_to_be_deleted_that_an_image_has_is_found(
    ward: Ward, subject: Subject, names: Names, engine: Engine
) -> None:
    with engine.begin() as connection:
        garbage.add(connection, ward.get(ward.detected()).path, "a test", NOON)
    assert names(subject) == ["garbage_with_image"]


def test_a_file_that_nobody_deletes_is_found(ward: Ward, subject: Subject, names: Names, engine: Engine) -> None:
    with engine.begin() as connection:
        garbage.add(connection, "images/2026-05-01/x.jpg", "a test", NOON - timedelta(minutes=59))
    assert names(subject) == []
    with engine.begin() as connection:
        garbage.add(connection, "images/2026-05-01/y.jpg", "a test", NOON - timedelta(minutes=61))
    assert names(subject) == ["garbage_stays"]


def test_a_change_past_the_audit_is_found(ward: Ward, subject: Subject, engine: Engine) -> None:
    with engine.begin() as connection:
        camera.change(connection, "front-door", name="Gate", min_score=0.55, labels=["person"])
        after = {"name": "Gate", "min_score": 0.55, "labels": ["person"]}
        audit.write(connection, NOON, None, Change("camera.update", "front-door", {}, after))
    assert examine(subject).findings == []
    with engine.begin() as connection:
        camera.change(connection, "front-door", labels=["dog"])
    (found,) = examine(subject).findings
    assert (found.check.name, found.check.invariant, found.examples) == (
        "change_not_audited",
        8,
        ["front-door.labels"],
    )


def test_a_column_of_moments_without_microseconds_is_found(
    migrated: MariaDb, engine: Engine, subject: Subject, names: Names
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE OR REPLACE DATABASE askew"))
    settings = migrated.settings(db_name="askew")
    migrate(settings)
    askew = connect(settings)
    with askew.begin() as connection:
        connection.execute(text("ALTER TABLE invite MODIFY used_at DATETIME NULL"))
    assert names(replace(subject, engine=askew)) == ["moment_type"]
    askew.dispose()


def test_without_the_media_folder_it_says_that_it_cannot_check(subject: Subject) -> None:
    (subject.media.root / "images").rename(subject.media.root / "unmounted")
    with pytest.raises(CannotCheck, match="mount the disk"):
        examine(subject)


def sighting_of(ward: Ward, engine: Engine, **values: object) -> Sighting:
    """A car that arrived with a picture, half an hour old."""
    image_id = ward.detected()
    camera = Remembered()
    camera.look(0, car())
    (one,) = camera.visits
    ids = dict.fromkeys(("first_image_id", "arrival_image_id", "last_image_id", "best_image_id"), image_id)
    made = replace(one, camera_id="front-door", **ids, **values)  # type: ignore[arg-type]
    with engine.begin() as connection:
        sighting.write(connection, Changes(begun=[made]))
    return made


def test_a_sighting_that_nobody_closes_is_found(ward: Ward, subject: Subject, names: Names, engine: Engine) -> None:
    sighting_of(ward, engine, expires_at=NOON - timedelta(minutes=4))
    assert names(subject) == []
    sighting_of(ward, engine, expires_at=NOON - timedelta(minutes=6))
    assert names(subject) == ["sighting_overdue"]


def test_a_departure_without_a_verdict_is_found(ward: Ward, subject: Subject, names: Names, engine: Engine) -> None:
    sighting_of(ward, engine, departed_at=NOON - timedelta(minutes=59), expires_at=None)
    assert names(subject) == []
    assert names(replace(subject, settled=True)) == ["departure_unjudged"]
    sighting_of(ward, engine, departed_at=NOON - timedelta(minutes=61), expires_at=None)
    assert names(subject) == ["departure_unjudged"]


def test_a_trigger_without_a_ruling_is_found(subject: Subject, names: Names, engine: Engine) -> None:
    for hours in (23, 25):
        at = NOON - timedelta(hours=hours)
        pressed = Event(new_id(), "device_active", None, None, "open", at, at, at, undecided_since=at)
        with engine.begin() as connection:
            event.add(connection, [pressed])
        assert names(subject) == ([] if hours == 23 else ["trigger_without_ruling"])
        assert names(replace(subject, settled=True)) == ["trigger_without_ruling"]


def test_an_order_that_nobody_sends_is_found(subject: Subject, names: Names, engine: Engine) -> None:
    with engine.begin() as connection:
        device.register(connection, "siren", Described("Siren", "siren", None, False, True), NOON)
    for seconds in (200, 400):
        at = NOON - timedelta(seconds=seconds)
        with engine.begin() as connection:
            command.add(connection, [Command(new_id(), "siren", "Anna", True, None, None, at, at)])
        assert names(subject) == ([] if seconds == 200 else ["command_not_sent"])


def test_an_arrival_that_another_image_has_is_found(ward: Ward, subject: Subject, names: Names, engine: Engine) -> None:
    one = sighting_of(ward, engine, expires_at=None)
    image_id = ward.detected(PERSON)
    ward.decided(image_id)
    with engine.begin() as connection:
        connection.execute(update(detection).values(sighting_id=one.id).where(detection.c.image_id == image_id))
    assert names(subject) == []
    with engine.begin() as connection:
        connection.execute(update(detection).values(arrival=True).where(detection.c.image_id == image_id))
    assert names(subject) == ["arrival_askew"]
