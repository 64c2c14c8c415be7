from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from services.store import camera, ftp_user, garbage, retention, upload
from services.store.ftp_user import FtpUser
from services.store.upload import Upload

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def user(name: str, camera_id: str | None = None) -> FtpUser:
    return FtpUser(name, "$argon2id$none", camera_id, True, None, None, NOON)


def test_a_camera_has_one_user_and_shared_ones_are_as_many_as_wanted(engine: Engine) -> None:
    with engine.begin() as connection:
        camera_id = camera.register(connection, "Front Door", NOON)
        for one in (user("front", camera_id), user("all"), user("others")):
            ftp_user.add(connection, one)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        ftp_user.add(connection, user("again", camera_id))
    with engine.connect() as connection:
        assert [one.name for one in ftp_user.everyone(connection)] == ["all", "front", "others"]
        assert ftp_user.sources(connection) == {camera_id: ("Front Door", "Front Door")}


def test_who_was_there_last_is_never_put_back(engine: Engine) -> None:
    with engine.begin() as connection:
        ftp_user.add(connection, user("all"))
        ftp_user.seen(connection, {"all": NOON}, {"all": NOON})
        ftp_user.seen(connection, {"all": NOON - timedelta(hours=1), "nobody": NOON}, {})
        (one,) = ftp_user.everyone(connection)
    assert (one.last_seen_at, one.last_sent_at) == (NOON, NOON)


def test_what_is_too_old_becomes_garbage_with_its_row_gone(engine: Engine) -> None:
    with engine.begin() as connection:
        for days in (1, 400, 500):
            path = f"uploads/2026-05-01/{days}.txt"
            upload.add(
                connection,
                [Upload(f"{days:036}", None, "all", "log", path, 1, "0" * 64, *2 * [NOON - timedelta(days=days)])],
            )
        assert retention.delete_some(connection, "uploads", timedelta(days=365), NOON) == 2
        assert garbage.some(connection, "", 9) == ["uploads/2026-05-01/400.txt", "uploads/2026-05-01/500.txt"]
        assert [one.path for one in upload.page(connection, upload.Wanted(), 9)] == ["uploads/2026-05-01/1.txt"]
