import os
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.spool import SpoolWriter
from services.keeper.doctor.report import examine
from services.keeper.doctor.subject import Subject
from tests.keeper.doctor.conftest import Names, Ward
from tests.pictures import NOON
from tests.store.recordings import a_segment, recorded_camera

pytestmark = pytest.mark.mariadb


def film(ward: Ward, path: str, size: int = 1000) -> None:
    whole = ward.media.path(path)
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_bytes(bytes(size))
    moment = (NOON - timedelta(hours=1)).timestamp()
    os.utime(whole, (moment, moment))


def test_a_recording_with_its_file_and_what_is_beside_it_are_in_order(
    engine: Engine, ward: Ward, subject: Subject, names: Names
) -> None:
    one = a_segment(engine, recorded_camera(engine), NOON)
    stem = one.path.removesuffix(".mp4")
    for path in (one.path, f"{stem}.jpg", f"{stem}.preview.mp4", "recordings/.work/yard/run/20260501T120000.mp4"):
        film(ward, path)
    assert names(subject) == []


def test_a_recording_without_its_file_or_with_another_one_is_found(
    engine: Engine, ward: Ward, subject: Subject, names: Names
) -> None:
    yard = recorded_camera(engine)
    one, other = a_segment(engine, yard, NOON), a_segment(engine, yard, NOON + timedelta(minutes=5))
    film(ward, other.path, 999)
    assert sorted(names(subject)) == ["film_missing", "film_size"]
    film(ward, one.path)
    film(ward, other.path)
    assert names(subject) == []


def test_a_film_that_nobody_knows_is_found_unless_it_is_in_the_spool(
    ward: Ward, subject: Subject, names: Names
) -> None:
    paths = [f"recordings/2026-05-01/yard-{ending}" for ending in ("1.mp4", "2.jpg", "3.preview.mp4")]
    for path in paths:
        film(ward, path)
    (found,) = examine(subject).findings
    assert sorted(found.examples) == paths
    writer = SpoolWriter(subject.spool / "recorder")
    writer.append([{"kind": "segment", "id": "1", "path": path} for path in paths])
    writer.close_group()
    assert names(subject) == []
