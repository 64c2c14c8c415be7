import os
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, update

from services.core.ids import new_id
from services.core.media import thumb_path
from services.keeper.doctor.repair import repair
from services.keeper.doctor.report import examine
from services.keeper.doctor.subject import Subject
from services.store import garbage
from services.store.alert_tables import cooldown
from services.store.tables import detection
from tests.keeper.doctor.conftest import PERSON, Ward
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


def test_nothing_is_repaired_where_nothing_is_wrong(ward: Ward, subject: Subject) -> None:
    assert repair(subject) == {}


def test_all_that_is_safe_is_put_right_and_doing_it_twice_changes_nothing(
    ward: Ward, subject: Subject, engine: Engine
) -> None:
    claim = ward.pending(state="detecting", claimed_by="dead", claim_expires_at=NOON - timedelta(minutes=2), attempts=1)
    decision_id = ward.decided(ward.detected(PERSON))
    kept = ward.get(ward.detected()).path
    with engine.begin() as connection:
        connection.execute(update(detection).values(best=False))
        connection.execute(insert(cooldown).values(camera_id="front-door", label="person", decision_id=decision_id))
        garbage.add(connection, kept, "a test", NOON)
    ward.media.write_atomic(thumb_path(new_id(), "2026-05-01"), b"thumb")
    part = ward.media.path("images/2026-05-01/.half.part")
    part.write_bytes(b"half")
    os.utime(part, (0, 0))

    assert repair(subject) == {
        "expired claims taken back": 1,
        "images with the best detections marked anew": 5,
        "cameras and labels freed for the next alert": 1,
        "files of images saved from deletion": 1,
        "thumbnails without image deleted": 1,
        "temporary files older than a day deleted": 1,
    }
    assert repair(subject) == {}
    assert examine(subject).findings == []
    assert ward.get(claim).state == "pending"
    assert ward.media.path(kept).exists()


def test_a_file_that_nobody_knows_is_never_touched(ward: Ward, subject: Subject) -> None:
    path = ward.media.path("images/2026-05-01/mine.jpg")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"mine")
    os.utime(path, (0, 0))
    repair(subject)
    assert path.read_bytes() == b"mine"
