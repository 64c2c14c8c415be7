import io
import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from flaskapp.setting import text
from services.store import link
from tests.flaskapp.api.conftest import Programs
from tests.flaskapp.api.conftest import programs as programs  # noqa: PLC0414 (a fixture)
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.device.test_views import words
from tests.flaskapp.house import House
from tests.flaskapp.setting.test_file import a_house


def upload(cast: Cast, sent: bytes | str, **more: str) -> TestResponse:
    data = sent.encode() if isinstance(sent, str) else sent
    form: dict[str, Any] = {"csrf_token": token(cast.owner), "file": (io.BytesIO(data), "settings.yaml"), **more}
    return cast.owner.post("/settings/try", data=form, content_type="multipart/form-data")


def confirm(cast: Cast, page: str, **more: str) -> TestResponse:
    """What the button of the page sends."""
    (sent,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    form = {"csrf_token": token(cast.owner), "text": unescape(sent).replace("\n", "\r\n"), **more}
    return cast.owner.post("/settings/import", data=form, content_type="multipart/form-data")


def test_the_file_is_taken_away_tried_and_brought_back(cast: Cast, engine: Engine, house: House) -> None:
    a_house(engine, house)
    taken = cast.owner.get("/settings/file")
    assert 'filename="hearthwatch-settings-2026-11-20.yaml"' in taken.headers["Content-Disposition"]
    edited = taken.text.replace("name: Siren\n", "name: Loud & <clear>\n")
    tried = upload(cast, edited)
    assert tried.status_code == 200
    assert "What would change" in tried.text
    assert "Rule Loud & <clear> name" in unescape(words(tried.text))
    assert cast.owner.get("/settings/file").text == taken.text
    assert confirm(cast, tried.text).status_code == 302
    assert cast.owner.get("/settings/file").text == edited
    assert "1 thing changed" in cast.owner.get("/settings").text


def test_exactly_this_is_asked_for_once(cast: Cast, engine: Engine, house: House) -> None:
    a_house(engine, house)
    tried = upload(cast, "version: 1\nlinks: []\n", exact="1")
    assert "Removed" in tried.text
    assert 'name="exact" value="1"' in tried.text
    confirm(cast, tried.text, exact="1")
    with engine.connect() as connection:
        assert link.all_links(connection) == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"\xff\xfe", "not text"),
        ("version: 3", "version"),
        ("a: 1\nb: [", "Line 2"),
        ("version: !!bool x", "tag"),
        ("version: 1\nlinks:\n  - id: x\n", "links[0].id"),
        ("#" * (text.BYTES + 1), "400 kB"),
    ],
)
def test_a_file_that_is_none_says_where_it_is_wrong(cast: Cast, sent: bytes | str, said: str) -> None:
    answer = upload(cast, sent)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "Nothing was changed" in answer.text


def test_more_than_a_file_may_have_is_not_even_read(cast: Cast) -> None:
    sent = {"data": b"#" * 1_100_000, "content_type": "multipart/form-data; boundary=x"}
    answer = cast.owner.post("/settings/try", **sent)
    assert (answer.status_code, "a file of settings 400 kB" in answer.text) == (413, True)


def test_without_a_file_it_asks_for_one(cast: Cast) -> None:
    answer = cast.owner.post("/settings/try", data={"csrf_token": token(cast.owner)})
    assert (answer.status_code, "Which file?" in answer.text) == (422, True)


def test_it_is_for_owners_only(cast: Cast) -> None:
    for path in ("/settings", "/settings/file"):
        assert cast.viewer.get(path).status_code == 403
    assert "/settings" not in cast.viewer.get("/more").text
    assert "/settings" in cast.owner.get("/more").text


def test_a_program_takes_it_away_tries_it_and_brings_it_back(programs: Programs, engine: Engine, house: House) -> None:
    a_house(engine, house)
    taken = programs.owner.ask("GET", "/settings.yaml")
    assert taken.content_type == "application/yaml; charset=utf-8"
    edited = taken.text.replace("name: Siren\n", "name: Loud\n").encode()
    for dry in (True, False):
        path = "/settings.yaml?dry_run=1" if dry else "/settings.yaml"
        answer = programs.owner.ask("PUT", path, data=edited, content_type="application/yaml")
        assert answer.status_code == 200, answer.text
        assert answer.get_json()["dry_run"] is dry
        (line,) = answer.get_json()["lines"]
        assert (line["kind"], line["noun"], line["title"], line["fields"]) == ("changed", "links", "Loud", ["name"])
    assert programs.owner.ask("GET", "/settings.yaml").data == edited


def test_a_program_hears_what_is_wrong(programs: Programs) -> None:
    for sent, code in (
        (b"version: 9", 422),
        (b"version: !!bool x", 422),
        (b"\xff", 400),
        (b"#" * (text.BYTES + 1), 413),
    ):
        assert programs.owner.ask("PUT", "/settings.yaml", data=sent).status_code == code
    assert programs.viewer.ask("GET", "/settings.yaml").status_code == 403
