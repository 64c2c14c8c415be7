"""What is described beside the API is what the gallery serves: each path is asked."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import Engine

from flaskapp.account import tokens
from flaskapp.api.beside import BESIDE, Beside
from flaskapp.api.openapi import PLACE, document
from tests.flaskapp.conftest import Cast
from tests.flaskapp.films import a_clip, a_segment, live
from tests.flaskapp.house import NOON, House
from tests.flaskapp.share.test_views import linked

PARTS = ("recording", "share", "watch", "eds")
METHODS = {"get", "post", "put", "patch", "delete"}
ASKED = [one for one in BESIDE if one.code == 200]
NAMES = [one.name for one in ASKED]
Filled = Callable[[Beside], str]


@pytest.fixture
def filled(cast: Cast, house: House) -> Filled:
    """Fills the places of a path with what is there."""
    house.camera()
    clip, picture = a_clip(house), house.picture()
    a_segment(house)
    live(house)
    link = linked(cast.owner, f"/recording/{clip}/share").removeprefix("/shared/")
    piece = next(one.name for one in house.media.path("live/front-door").iterdir() if one.suffix == ".m4s")
    there = {"recording_id": clip, "image_id": picture, "camera_id": "front-door", "on": f"{NOON:%Y-%m-%d}"}
    return lambda one: one.path.format(**there, token=link, piece=piece)


def test_all_that_these_parts_of_the_gallery_give_is_described_and_nothing_else(app: Flask) -> None:
    served = {
        (PLACE.sub(r"{\2}", rule.rule), rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in PARTS and "GET" in (rule.methods or ())
    }
    assert served == {(one.path, one.endpoint) for one in BESIDE}


def test_each_has_a_name_of_its_own() -> None:
    operations = [some[method] for some in document()["paths"].values() for method in METHODS & set(some)]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("one", ASKED, ids=NAMES)
def test_each_answers_whoever_may_with_what_it_is_said_to_give(cast: Cast, filled: Filled, one: Beside) -> None:
    client = cast.viewer if one.security else cast.stranger
    with client.get(filled(one), buffered=False) as answer:
        assert (answer.status_code, answer.mimetype) == (one.code, one.kind)
        if one.schema:
            Draft202012Validator(one.schema, format_checker=FormatChecker()).validate(json.loads(answer.get_data()))


@pytest.mark.parametrize("one", [one for one in ASKED if one.security], ids=lambda one: one.name)
def test_a_token_opens_what_is_for_programs_and_nothing_else(
    app: Flask, cast: Cast, engine: Engine, filled: Filled, one: Beside
) -> None:
    shown = {"Authorization": f"Bearer {tokens.make(engine, cast.viewer_id, 'Wall', NOON)}"}
    client: FlaskClient = app.test_client(use_cookies=False)
    with client.get(filled(one), headers=shown, buffered=False) as answer:
        assert (answer.status_code == 200) == ("token" in one.security)
    with client.get(filled(one), buffered=False) as answer:
        assert answer.status_code == 401
