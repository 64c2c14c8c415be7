import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from flaskapp.account import tokens
from flaskapp.eds import words
from flaskapp.eds.words import Paths
from services.core.clock import from_rfc3339
from tests.flaskapp.conftest import Cast
from tests.flaskapp.films import a_clip, a_segment
from tests.flaskapp.house import NOON, House

FIELDS = [
    "event_id",
    "timestamp",
    "camera_name",
    "high_res_image_path",
    "low_res_image_path",
    "high_res_video_path",
    "low_res_video_path",
]


@pytest.fixture
def clips(house: House) -> list[str]:
    """Three that are ready, the newest first, and one that is not."""
    house.camera()
    made = [a_clip(house, NOON - timedelta(hours=hours)) for hours in (0, 1, 24)]
    a_clip(house, state="waiting")
    return made


def told(answer: Any) -> Any:
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return json.loads(answer.text)


def test_events_are_the_clips_that_are_ready_newest_first_in_eds_cctvs_words(cast: Cast, clips: list[str]) -> None:
    answer = cast.viewer.get("/event_api/events")
    found = told(answer)
    assert answer.text.startswith("[\n    {\n        ")
    assert [list(one) for one in found] == [FIELDS] * 3
    assert [one["high_res_video_path"] for one in found] == [f"/recording/{one}/file" for one in clips]
    assert found[0]["camera_name"] == "Front Door"
    assert found[0]["timestamp"] == "2026-11-20T12:00:00Z"


def test_every_path_leads_to_its_file_and_the_id_can_be_recomputed(cast: Cast, clips: list[str]) -> None:
    first = told(cast.viewer.get("/event_api/events"))[0]
    kinds = ("image/jpeg", "image/jpeg", "video/mp4", "video/mp4")
    for path, kind in zip(FIELDS[3:], kinds, strict=True):
        with cast.viewer.get(first[path]) as answer:
            assert (answer.status_code, answer.mimetype) == (200, kind)
    paths = Paths(*(first[name] for name in FIELDS[3:]))
    assert words.event_id(from_rfc3339(first["timestamp"]), paths) == first["event_id"]


def test_events_by_date_are_keyed_by_midnight(cast: Cast, clips: list[str]) -> None:
    found = told(cast.viewer.get("/event_api/events_by_date"))
    assert [(day, len(some)) for day, some in found.items()] == [
        ("2026-11-20T00:00:00Z", 2),
        ("2026-11-19T00:00:00Z", 1),
    ]


def test_segments_have_an_interface_of_their_own(cast: Cast, house: House, clips: list[str]) -> None:
    made = a_segment(house)
    assert [one["high_res_video_path"] for one in told(cast.viewer.get("/segment_api/events"))] == [
        f"/recording/{made}/file"
    ]
    assert list(told(cast.viewer.get("/segment_api/events_by_date"))) == ["2026-11-20T00:00:00Z"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_in_eds_cctvs_words(cast: Cast, method: str) -> None:
    for client in (cast.viewer, cast.owner):
        answer = client.open("/event_api/events", method=method)
        assert answer.status_code == 405
        assert answer.json == {"status_code": 405, "reason": f"Method {method} not allowed"}


def test_what_is_not_there_is_said_as_json(cast: Cast) -> None:
    answer = cast.viewer.get("/event_api/nothing")
    assert (answer.status_code, answer.json) == (404, {"status_code": 404, "reason": "There is nothing here"})


def test_a_program_shows_a_token_and_a_stranger_gets_nothing(
    app: Flask, cast: Cast, engine: Engine, clips: list[str]
) -> None:
    program = app.test_client(use_cookies=False)
    good = tokens.make(engine, cast.viewer_id, "Wall", NOON)
    for path in ("/event_api/events", "/segment_api/events_by_date", "/latest_images.json"):
        assert program.get(path, headers={"Authorization": f"Bearer {good}"}).status_code == 200
        for shown in ({}, {"Authorization": "Bearer hw_wrong"}, {"Authorization": f"Basic {good}"}):
            assert program.get(path, headers=shown).status_code == 401
    assert program.get("/recordings", headers={"Authorization": f"Bearer {good}"}).status_code == 401


def test_the_newest_picture_of_each_camera_is_told_as_imagehub_librarian_does(cast: Cast, house: House) -> None:
    house.camera()
    house.camera("Garden", "garden")
    house.camera("Attic", "attic")
    house.picture(at=NOON - timedelta(minutes=1))
    made = house.picture()
    house.picture("garden", NOON - timedelta(hours=1))
    answer = cast.viewer.get("/latest_images.json")
    assert answer.mimetype == "application/json"
    found = answer.json
    assert isinstance(found, list)
    assert [one["nodename"] for one in found] == ["Front Door", "Garden"]
    assert found[0] == {
        "filename": str(house.media.path(f"images/2026-11-20/front-door-{made}.jpg")),
        "nodename": "Front Door",
        "timestamp": "2026-11-20T12:00:00+00:00",
    }
