import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, select

from services.core.ids import new_id
from services.core.media import Media
from services.core.spool import Record, SpoolReader, SpoolWriter
from services.ftp import records
from services.ftp.enrolling import Enrolling, folders
from services.ftp.records import writers
from services.ftp.users import User, Users
from services.intake.drain import Drain
from services.store import camera, ftp_user, garbage, upload
from services.store.ftp_user import FtpUser
from services.store.recording_tables import clip
from tests.pictures import HeldClock

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FILE = {
    "name": "a/b.mp4",
    "bytes": 5,
    "sha256": hashlib.sha256(b"whole").hexdigest(),
    "received_at": "2026-05-01T12:00:00Z",
}


def drained(engine: Engine, folder: Path, *written: Record) -> None:
    writer, clock = SpoolWriter(folder / "spool"), HeldClock(NOON)
    writer.append(written)
    writer.close_group()
    media = Media(folder / "media")
    Drain(SpoolReader(folder / "spool"), media, engine, clock, lambda *_: None, writers(clock)).drain()


def test_a_film_becomes_a_clip_that_is_ready_and_one_sent_again_becomes_garbage(engine: Engine, tmp_path: Path) -> None:
    same, before = new_id(), REGISTRY.get_sample_value("ftp_sent_again_total") or 0.0
    made = [
        records.film(same, "Front Door", f"recordings/2026-05-01/{number}.mp4", NOON, timedelta(seconds=9), **FILE)
        for number in (1, 2)
    ]
    drained(engine, tmp_path, *made)
    with engine.connect() as connection:
        (row,) = connection.execute(select(clip)).all()
        assert (row.camera_id, row.because, row.state, row.detail) == ("front-door", "sent", "ready", "a/b.mp4")
        assert (row.began_at, row.ended_at, row.bytes) == (NOON, NOON + timedelta(seconds=9), 5)
        assert garbage.some(connection, "", 9) == ["recordings/2026-05-01/2.mp4"]
    assert REGISTRY.get_sample_value("ftp_sent_again_total") == before + 1


def test_another_file_is_kept_with_its_camera_where_that_is_known(engine: Engine, tmp_path: Path) -> None:
    made = [
        records.other(new_id(), source, "all", f"uploads/2026-05-01/{number}.txt", **FILE)
        for number, source in enumerate(("Front Door", None))
    ]
    drained(engine, tmp_path, *made)
    with engine.connect() as connection:
        found = upload.page(connection, upload.Wanted(), 9)
    assert {one.camera_id for one in found} == {"front-door", None}
    assert {one.sender for one in found} == {"all"}


@pytest.mark.parametrize("enabled", [True, False])
def test_users_come_from_the_database_and_are_there_without_it_after_a_restart(
    engine: Engine, tmp_path: Path, enabled: bool
) -> None:
    with engine.begin() as connection:
        camera_id = camera.register(connection, "Front Door", NOON)
        camera.change(connection, camera_id, name="The door")
        ftp_user.add(connection, FtpUser("front", "$hash", camera_id, enabled, None, None, NOON))
        ftp_user.add(connection, FtpUser("all", "$hash", None, True, None, None, NOON))
    users = Users(tmp_path)
    users.note("all", NOON)
    Enrolling(engine, users).bring()
    again = Users(tmp_path)
    front, shared = again.find("front"), again.find("all")
    assert (front is not None) is enabled
    assert shared
    assert {shared.source_of(f"/{name}/x.jpg") for name in ("The door", "Front Door", "front-door")} == {"Front Door"}
    assert shared.source_of("/front/x.jpg") is None
    assert (tmp_path / "users.json").stat().st_mode & 0o777 == 0o600
    with engine.connect() as connection:
        assert {one.name: one.last_seen_at for one in ftp_user.everyone(connection)}["all"] == NOON


def test_users_are_known_also_when_the_disk_does_not_take_them(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    users = Users(folder)
    users.replace([User("front", "$hash", "Front Door")])
    assert users.find("front")
    folder.mkdir()
    users.replace([User("front", "$hash", "Front Door")])
    assert Users(folder).find("front"), "it is tried again"


def test_a_folder_that_could_be_two_cameras_is_that_of_the_one_called_so() -> None:
    known = {"porch": ("Door", "node porch"), "door": ("Garden", "Door"), "garden": ("Pond", "node garden")}
    made = folders(known)
    assert {name: made[name] for name in ("Door", "door", "Garden", "garden")} == {
        "Door": "node porch",
        "door": "Door",
        "Garden": "Door",
        "garden": "node garden",
    }
    twice = folders({"one": ("Door", "a"), "two": ("Door", "b")})
    assert "Door" not in twice, "nobody can tell whose it is"
    assert twice["one"] == "a"


def test_a_file_of_users_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text("[{")
    assert Users(tmp_path).find("front") is None
