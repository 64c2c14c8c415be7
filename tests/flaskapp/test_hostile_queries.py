"""Whatever stands after the `?` of a page or of the API, or in its path: it is shown, or it is said what is wrong."""

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from flaskapp import guard
from flaskapp.account import tokens
from flaskapp.api.route import BASE, ROUTES
from tests.flaskapp.conftest import Cast
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.films import a_clip
from tests.flaskapp.house import NOON, House
from tests.flaskapp.person.cast import a_person
from tests.flaskapp.plate.test_views import a_plate

pytestmark = pytest.mark.mariadb
HOSTILE: dict[str, tuple[str | bytes, ...]] = {
    "control signs": ("0.\x00", "camera:\x00", "\r\nSet-Cookie: a=b"),
    "no UTF-8": (b"1\xff", b"\xed\xa0\x80"),
    "long": ("x" * 10_000, "9" * 10_000, "device:" + "é" * 5_000),
    "numbers": ("-1", "1e999", "9" * 40, "9" * 17 + ".x"),
    "moments": ("2026-02-30", "0001-01-01", "9999-12-31", "25:61"),
    "letters": ("日本語", "\U0001f600", "camera:é"),
    "digits": ("\u0661\u0662.x", "²", "\uff11\uff12:\uff13\uff10"),
    "signs": ("%", "' OR 1=1 --", "../../etc/passwd"),
}
FINE = {200, 302, 304, 308, 400, 404, 410, 413, 414, 415, 422}
NO_PAGES = {"live.stream", "probe.ready", "watch.mjpeg"}
"""A stream has no end, and without a broker nothing is ready."""
NO_NAME = "something"


class Noted(ImmutableMultiDict[str, str]):
    """What came after the `?`; notes what a page asks it for."""

    names: ClassVar[set[str]] = set()

    def get(self, key: str, *more: Any, **others: Any) -> Any:
        """As ever."""
        self.names.add(key)
        return super().get(key, *more, **others)

    def getlist(self, key: str, *more: Any, **others: Any) -> Any:
        """As ever."""
        self.names.add(key)
        return super().getlist(key, *more, **others)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


class NotingRequest(Request):
    """A request whose page may be asked which names it looked for."""

    parameter_storage_class = Noted


class Visitor:
    """An owner who opens every page, and every path of the API by a token."""

    def __init__(self, app: Flask, browser: FlaskClient, token: str) -> None:
        app.request_class = NotingRequest
        self._browser = browser
        self._program = app.test_client(use_cookies=False)
        self._headers = {"Authorization": f"Bearer {token}"}
        self.tried = 0
        self.wrong: list[tuple[str, str, int]] = []

    def ask(self, path: str, query: str = "", method: str = "GET") -> None:
        """Notes an answer that is none of the fine ones."""
        guard.limiter.reset()
        client, headers = (self._program, self._headers) if path.startswith(BASE) else (self._browser, {})
        with client.open(path, method=method, query_string=query, headers=headers) as answer:
            self.tried += 1
            if answer.status_code not in FINE:
                self.wrong.append((path[:80], query[:80], answer.status_code))

    def looked_for(self, path: str) -> list[str]:
        """The names that a page looks for, also those that it looks for only beside others."""
        found: set[str] = set()
        before, Noted.names = {""}, found
        while before != found:
            before = set(found)
            self.ask(path, "&".join(f"{name}=1" for name in sorted(found)))
        return sorted(found)


@pytest.fixture
def places(house: House, engine: Engine) -> dict[str, str]:
    """Things to be looked at, by what paths call them."""
    house.camera()
    image_id = house.picture(labels=["person"])
    a_device(engine, "garage-pir")
    return {
        "camera_id": "front-door",
        "device_id": "garage-pir",
        "image_id": image_id,
        "person_id": a_person(engine),
        "plate_id": a_plate(engine),
        "sighting_id": house.sighting(pictures=[image_id]),
        "recording_id": a_clip(house),
        "on": "2026-11-20",
        "ordinal": "0",
    }


@pytest.fixture
def visitor(app: Flask, cast: Cast, engine: Engine) -> Visitor:
    return Visitor(app, cast.owner, tokens.make(engine, cast.owner_id, "Visitor's", NOON))


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_fails_at_what_stands_after_the_question_mark(
    app: Flask, visitor: Visitor, places: dict[str, str], kind: str
) -> None:
    for path, method, names in asking(app, visitor, places):
        for value in map(written, HOSTILE[kind]):
            for name in names:
                visitor.ask(path, f"{name}={value}", method)
            visitor.ask(path, "&".join(f"{name}={value}" for name in [*names, NO_NAME]), method)
    assert visitor.wrong == []
    assert visitor.tried > 50 * len(HOSTILE[kind])


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_fails_at_what_stands_in_its_path(
    app: Flask, visitor: Visitor, places: dict[str, str], kind: str
) -> None:
    for rule in readable(app):
        for value in map(written, HOSTILE[kind]) if rule.arguments else ():
            visitor.ask(filled(rule, dict.fromkeys(rule.arguments, value)))
    assert visitor.wrong == []
    assert visitor.tried > 10 * len(HOSTILE[kind])


def test_ids_in_other_letters_are_nothing_and_said_so(cast: Cast, house: House) -> None:
    house.camera()
    for path in (
        "/events?camera=é",
        "/rulings?device=é",
        "/alerts?person=日",
        "/sightings?camera=é",
        "/pictures?camera=é",
    ):
        answer = cast.owner.get(path)
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text


def asking(app: Flask, visitor: Visitor, places: dict[str, str]) -> Iterator[tuple[str, str, list[str]]]:
    """Each path with its method and the names that it looks for."""
    for rule in readable(app):
        path = filled(rule, places)
        yield path, "GET", visitor.looked_for(path)
    for one in ROUTES:
        if one.asks:
            yield BASE + one.rule, one.method, [*one.asks.model_fields]


def readable(app: Flask) -> Iterator[Rule]:
    return (
        one
        for one in app.url_map.iter_rules()
        if "GET" in (one.methods or ()) and one.endpoint not in NO_PAGES and not one.websocket
    )


def filled(rule: Rule, places: dict[str, str]) -> str:
    """A path with something in each of its places."""
    path = rule.rule
    for name in rule.arguments - set(rule.defaults or ()):
        kinds = (f"<uuid:{name}>", f"<int:{name}>", f"<path:{name}>", f"<{name}>")
        place = next(one for one in kinds if one in path)
        path = path.replace(place, places.get(name) or (str(uuid4()) if "uuid" in place else "none"))
    return path


def written(value: str | bytes) -> str:
    return quote(value, safe="")
