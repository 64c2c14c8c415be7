from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from services.core.ids import new_id
from services.store import garbage, removal, upload
from services.store.account_tables import audit
from services.store.upload import Upload
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House, Standing


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


def ask(client: FlaskClient, made: Upload, what: str) -> TestResponse:
    return client.post(f"/uploads/{made.id}/{what}", data={"csrf_token": token(client)})


def audited(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(audit.c.action).order_by(audit.c.id)))


def test_an_owner_deletes_one_and_it_is_out_of_sight_at_once(cast: Cast, house: House, engine: Engine) -> None:
    made = sent(house, engine)
    assert ask(cast.viewer, made, "remove").status_code == 403
    answer = ask(cast.owner, made, "remove")
    page = cast.owner.get(answer.location).text
    assert made.name not in page
    assert "Deleted: one file" in page
    assert "Undo" not in cast.viewer.get(answer.location).text
    assert cast.viewer.get(f"/uploads/{made.id}").status_code == 404
    assert ask(cast.owner, made, "remove").status_code == 404
    assert audited(engine) == ["upload.remove"]


def test_a_deletion_is_taken_back_by_undo(cast: Cast, house: House, engine: Engine) -> None:
    made = sent(house, engine)
    ask(cast.owner, made, "remove")
    assert ask(cast.viewer, made, "restore").status_code == 403
    assert made.name in cast.owner.get(ask(cast.owner, made, "restore").location).text
    assert audited(engine) == ["upload.remove", "upload.restore"]


def test_undo_is_offered_for_ten_seconds(cast: Cast, house: House, engine: Engine, clock: Standing) -> None:
    made = sent(house, engine)
    page = ask(cast.owner, made, "remove").location
    clock.pass_by(9)
    assert "Undo" in cast.owner.get(page).text
    clock.pass_by(2)
    assert "Undo" not in cast.owner.get(page).text


def test_what_is_gone_for_good_cannot_be_taken_back(cast: Cast, house: House, engine: Engine) -> None:
    made = sent(house, engine)
    ask(cast.owner, made, "remove")
    with engine.begin() as connection:
        asked = removal.find(connection, made.id)
        assert asked
        assert removal.finish(connection, asked, NOON)
        assert garbage.some(connection, "", 10) == [made.path]
    answer = ask(cast.owner, made, "restore")
    assert "too late" in cast.owner.get(answer.location).text
    assert audited(engine) == ["upload.remove"]


@pytest.mark.parametrize("name", ["00000000-0000-0000-0000-000000000000", "nonsense"])
def test_what_is_not_there_is_not_found(cast: Cast, name: str) -> None:
    assert cast.viewer.get(f"/uploads/{name}").status_code == 404


def test_a_missing_file_is_not_found(cast: Cast, house: House, engine: Engine) -> None:
    made = sent(house, engine)
    house.media.path(made.path).unlink()
    assert cast.viewer.get(f"/uploads/{made.id}").status_code == 404
