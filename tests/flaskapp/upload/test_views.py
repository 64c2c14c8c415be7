import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from flaskapp.upload import views
from services.core.ids import id_for
from services.store import garbage, removal, upload
from services.store.account_tables import audit
from services.store.ftp_tables import upload as uploads
from services.store.upload import Upload
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House, Standing


def sent(
    house: House, engine: Engine, name: str = "log.txt", sender: str = "front", days: float = 0, said: int = 2026
) -> Upload:
    """`said` is the year by the camera's clock."""
    file_id, data = id_for(NOON.replace(year=said), f"{name} {days}"), b"<script>alert(1)</script>"
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


def older(page: str) -> str:
    """The link to the next page; empty on the last one."""
    return html.unescape("".join(re.findall(r'class="next" href="([^"]+)"', page)))


def test_the_newest_come_first_and_none_is_left_out_whatever_their_cameras_clocks_say(
    cast: Cast, house: House, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    for days, said in enumerate((1999, 2099, 2026, 2000, 2098)):
        sent(house, engine, f"{days} days.txt", days=days, said=said)
    sent(house, engine, "4 days too.txt", days=4)
    seen, link = [], "/uploads?sender=front"
    while link:
        page = cast.viewer.get(link).text
        seen += re.findall(r"download>([^<]+)</a>", page)
        link = older(page)
    assert seen[:4] == [f"{days} days.txt" for days in range(4)]
    assert sorted(seen[4:]) == ["4 days too.txt", "4 days.txt"]


def test_files_of_one_camera_stay_its_own_on_all_pages(
    cast: Cast, house: House, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 1)
    drive = house.camera("Drive")
    for days in range(2):
        made = sent(house, engine, f"{days}.txt", days=days)
        with engine.begin() as connection:
            connection.execute(update(uploads).where(uploads.c.id == made.id).values(camera_id=drive))
    sent(house, engine, "other.txt", days=0.5)
    text = cast.viewer.get(older(cast.viewer.get(f"/uploads?camera={drive}").text)).text
    assert ("1.txt" in text, "other.txt" in text) == (True, False)


@pytest.mark.parametrize("before", ["x", "2026-05-01", ",", "9999-12-31T23:59:59-12:00,x"])
def test_a_place_that_is_none_is_a_mistake(cast: Cast, before: str) -> None:
    assert cast.viewer.get("/uploads", query_string={"before": before}).status_code == 400


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
