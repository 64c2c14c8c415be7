import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.media import thumb_path
from services.core.spool import SpoolWriter
from services.keeper.doctor.report import examine
from services.keeper.doctor.subject import Subject
from services.store import garbage, upload
from services.store.upload import Upload
from tests.keeper.doctor.conftest import Names, Ward
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
PATH = "images/2026-05-01/Front-Door-2026-05-01T11.59.00.000000.jpg"


def file(ward: Ward, path: str = PATH, age: timedelta = timedelta(hours=1)) -> None:
    ward.media.place(path, b"picture")
    moment = (NOON - age).timestamp()
    os.utime(ward.media.path(path), (moment, moment))


def spool(subject: Subject, path: str = PATH, closed: bool = True) -> None:
    writer = SpoolWriter(subject.spool / "hub")
    writer.append([{"kind": "image", "id": new_id(), "path": path}])
    if closed:
        writer.close_group()
    writer.close()


def test_a_file_that_nobody_knows_is_found_by_its_path(ward: Ward, subject: Subject) -> None:
    file(ward)
    (found,) = examine(subject).findings
    assert (found.check.name, found.check.invariant, found.examples) == ("file_without_row", 2, [PATH])


def test_a_file_that_is_still_on_its_way_is_no_finding(ward: Ward, subject: Subject, names: Names) -> None:
    file(ward, age=timedelta(seconds=59))
    assert names(subject) == []
    assert names(replace(subject, settled=True)) == ["file_without_row"]


def test_a_temporary_file_is_a_note_at_most(ward: Ward, subject: Subject) -> None:
    file(ward, "images/2026-05-01/.half.part", timedelta(days=2))
    report = examine(subject)
    assert report.clean
    assert report.notes == ["1 temporary files older than a day; the nightly chore deletes them"]


@pytest.mark.parametrize("closed", [True, False])
def test_a_file_in_the_spool_is_known(ward: Ward, subject: Subject, names: Names, closed: bool) -> None:
    file(ward)
    spool(subject, closed=closed)
    assert names(subject) == []


def test_a_file_that_is_to_be_deleted_is_known(ward: Ward, subject: Subject, names: Names, engine: Engine) -> None:
    file(ward)
    with engine.begin() as connection:
        garbage.add(connection, PATH, "a test", NOON)
    assert names(subject) == []


def test_an_accepted_picture_without_its_file_is_found(ward: Ward, subject: Subject) -> None:
    spool(subject)
    (found,) = examine(subject).findings
    assert (found.check.name, found.check.invariant) == ("accepted_file_missing", 1)
    assert found.examples[0].endswith(PATH)


def test_a_picture_that_was_never_acknowledged_needs_no_file(ward: Ward, subject: Subject, names: Names) -> None:
    spool(subject, closed=False)
    assert names(subject) == []


def test_a_spool_that_holds_something_is_found_when_all_must_be_settled(
    ward: Ward, subject: Subject, names: Names
) -> None:
    file(ward)
    spool(subject)
    assert names(replace(subject, settled=True)) == ["spool_not_drained"]


def test_a_thumbnail_without_image_is_found(ward: Ward, subject: Subject) -> None:
    path = thumb_path(new_id(), "2026-05-01")
    ward.media.write_atomic(path, b"thumb")
    (found,) = examine(subject).findings
    assert (found.check.name, found.examples) == ("thumb_without_image", [path])


def test_other_files_of_cameras_have_a_row_and_rows_their_file(
    ward: Ward, subject: Subject, names: Names, engine: Engine
) -> None:
    path = "uploads/2026-05-01/log.txt"
    file(ward, path)
    assert names(subject) == ["file_without_row"]
    with engine.begin() as connection:
        made = Upload(new_id(), None, "front", "log.txt", path, len(b"picture"), "0" * 64, NOON, NOON)
        upload.add(connection, [made])
    assert names(subject) == []
    ward.media.discard(path)
    (found,) = examine(subject).findings
    assert (found.check.name, found.examples) == ("upload_missing", [f"{made.id} {path}"])
