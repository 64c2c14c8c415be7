from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from services.core.ids import new_id
from services.store import garbage, upload
from services.store.account_tables import audit
from services.store.upload import Upload
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House


def sent(house: House, engine: Engine, name: str = "log.txt", sender: str = "front", days: int = 0) -> Upload:
    file_id, data = new_id(), b"<script>alert(1)</script>"
    path = f"uploads/2026-05-01/{file_id}-log.txt"
    at = NOON - timedelta(days=days)
    made = Upload(file_id, None, sender, name, path, len(data), "0" * 64, at, at)
    house.media.write_atomic(path, data)
    with engine.begin() as connection:
        upload.add(connection, [made])
    return made


def test_a_file_is_downloaded_and_never_shown_in_place(cast: Cast, house: House, engine: Engine) -> None:
    made = sent(house, engine, "logs/evil.html")
    assert "logs/evil.html" in cast.viewer.get("/uploads").text
    answer = cast.viewer.get(f"/uploads/{made.id}")
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename=evil.html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()


def test_files_are_found_by_sender_and_day(cast: Cast, house: House, engine: Engine) -> None:
    sent(house, engine, "one.txt", "front")
    sent(house, engine, "two.txt", "back", days=3)
    by_sender = cast.viewer.get("/uploads?sender=back").text
    by_day = cast.viewer.get(f"/uploads?day={NOON:%Y-%m-%d}").text
    assert ("one.txt" in by_sender, "two.txt" in by_sender) == (False, True)
    assert ("one.txt" in by_day, "two.txt" in by_day) == (True, False)
    assert cast.viewer.get("/uploads?day=yesterday").status_code == 400


def test_an_owner_deletes_one_and_its_file_goes_with_the_garbage(cast: Cast, house: House, engine: Engine) -> None:
    made = sent(house, engine)
    page = f"/uploads/{made.id}/remove"
    assert cast.viewer.post(page, data={"csrf_token": token(cast.viewer, "/account")}).status_code == 403
    assert cast.owner.post(page, data={"csrf_token": token(cast.owner, "/uploads")}).status_code == 302
    with engine.connect() as connection:
        assert upload.find(connection, made.id) is None
        assert garbage.some(connection, "", 10) == [made.path]
        assert connection.scalar(select(audit.c.action)) == "upload.delete"


@pytest.mark.parametrize("name", ["00000000-0000-0000-0000-000000000000", "nonsense"])
def test_what_is_not_there_is_not_found(cast: Cast, name: str) -> None:
    assert cast.viewer.get(f"/uploads/{name}").status_code == 404


def test_a_missing_file_is_not_found(cast: Cast, house: House, engine: Engine) -> None:
    made = sent(house, engine)
    house.media.path(made.path).unlink()
    assert cast.viewer.get(f"/uploads/{made.id}").status_code == 404
