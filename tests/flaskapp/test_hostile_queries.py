"""Whatever stands after the `?` of a page: it is shown, or there is nothing, or it is said what is wrong."""

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from flask import Flask, Request, url_for
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import House

pytestmark = pytest.mark.mariadb
HOSTILE = (
    *("é", "日本語", "\x00", "\U0001f600", "\u202e", "\ufffd", "%", "\\", "' OR 1=1 --", "[]", "x" * 5000),
    *("-1", "1e999", "nan", "9" * 40, "true", "0001-01-01", "9999-12-31", "0.é", "0.\x00", "99999999999999999.x"),
    *("device:é", "camera:\x00", "device:", ":", "25:61"),
)
FINE = {200, 302, 304, 400, 404, 422}
STREAMS = {"live.stream"}


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


@pytest.fixture
def places(house: House) -> dict[str, str]:
    """A picture, a sighting and a camera to be looked at."""
    house.camera()
    image_id = house.picture(labels=["person"])
    return {
        "camera_id": "front-door",
        "image_id": image_id,
        "sighting_id": house.sighting(pictures=[image_id]),
        "ordinal": "0",
    }


def test_no_page_fails_at_what_stands_after_the_question_mark(app: Flask, cast: Cast, places: dict[str, str]) -> None:
    app.request_class = NotingRequest
    wrong, tried = [], 0
    for path in paths(app, places):
        for name in asked_for(cast, path):
            for value in HOSTILE:
                with cast.owner.get(path, query_string={name: value}) as answer:
                    tried += 1
                    if answer.status_code not in FINE:
                        wrong.append((path, name, value[:20], answer.status_code))
    assert wrong == []
    assert tried > 20 * len(HOSTILE)


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


def asked_for(cast: Cast, path: str) -> list[str]:
    """The names that a page looks for, also those that it looks for only beside others."""
    found: set[str] = set()
    before, Noted.names = {""}, found
    while before != found:
        before = set(found)
        with cast.owner.get(path, query_string=dict.fromkeys(sorted(found), "1")):
            pass
    return sorted(found)


def paths(app: Flask, places: dict[str, str]) -> Iterator[str]:
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint not in STREAMS:
                values: dict[str, Any] = {name: placed(rule, name, places) for name in rule.arguments}
                yield url_for(rule.endpoint, **values)


def placed(rule: Rule, name: str, places: dict[str, str]) -> str:
    return places.get(name) or (str(uuid4()) if "uuid:" in rule.rule else "none")
