"""Live, with a real broker between the services and the page."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from flaskapp import create_app
from flaskapp.gallery import KEY
from flaskapp.live.fanout import News
from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew, ImageDetected, ImageNew, SightingArrived, SightingDeparted
from services.core.settings import Settings
from tests.flaskapp.conftest import Cast, browser, person
from tests.flaskapp.house import NOON, House, Standing
from tests.peers import Mosquitto, wait_until


def test_there_is_a_tile_for_each_camera_and_the_dark_one_is_first(cast: Cast, house: House) -> None:
    house.camera()
    house.camera("Zoo", "zoo", silent_since=NOON - timedelta(hours=1))
    house.picture(at=NOON - timedelta(seconds=12), labels=["person", "person"])
    page = cast.viewer.get("/").text
    assert page.index("Zoo") < page.index("Front Door")
    assert "Dark" in page
    assert "12 s ago" in page
    assert "2 people" in page
    assert page.count('class="box c0"') == 2


def test_a_house_without_cameras_says_how_one_comes(cast: Cast) -> None:
    assert "No camera yet" in cast.viewer.get("/").text


def test_more_browsers_than_there_is_room_for_are_asked_to_come_later(app: Flask, cast: Cast) -> None:
    held = [cast.viewer.get("/live/stream", buffered=False) for _ in range(32)]
    assert {answer.status_code for answer in held} == {200}
    refused = cast.viewer.get("/live/stream")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    for answer in held:
        answer.close()
    again = cast.viewer.get("/live/stream", buffered=False)
    assert again.status_code == 200
    again.close()


def test_a_stream_tells_how_soon_to_come_back_and_is_not_held_by_proxies(app: Flask, cast: Cast) -> None:
    answer = cast.viewer.get("/live/stream", buffered=False)
    assert text(next(iter(answer.response))).startswith("retry: ")
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Cache-Control"] == "no-cache"
    answer.close()


def test_a_stream_ends_after_a_while_so_that_ended_sessions_end(app: Flask, cast: Cast, clock: Standing) -> None:
    answer = cast.viewer.get("/live/stream", buffered=False)
    lines = iter(answer.response)
    next(lines)
    app.extensions[KEY].fanout.tell(News("picture", "a", {}))
    assert "event: picture" in text(next(lines))
    clock.pass_by(601)
    assert list(lines) == []
    answer.close()


@pytest.fixture
def ringing(settings: Settings, engine: Engine, clock: Standing, mosquitto: Mosquitto) -> Iterator[tuple[Flask, Bus]]:
    """The gallery with its bus started, and another service's bus."""
    there = settings.model_copy(update={"mqtt_port": mosquitto.port})
    bus, hub = Bus(there, "gallery", clock, durable=False), Bus(there, "hub", clock, durable=False)
    app = create_app(there, engine, clock, bus)
    for one in (bus, hub):
        one.start()
        wait_until(one.listening, "the broker")
    yield app, hub
    app.extensions[KEY].fanout.close()
    for one in (bus, hub):
        one.stop()


def test_what_services_say_reaches_the_page(ringing: tuple[Flask, Bus], engine: Engine, clock: Standing) -> None:
    app, hub = ringing
    client = browser(app, person(engine, "Anna", "owner"))
    answer = client.get("/live/stream", buffered=False)
    lines = iter(answer.response)
    next(lines)
    image = {"image_id": new_id(), "camera_id": "street", "captured_at": NOON, "received_at": NOON}
    found = {"label": "dog", "score": 0.8, "box": (0.1, 0.2, 0.3, 0.4)}
    found |= {"sighting_id": None, "arrival": False, "place": 0, "zones": []}
    looked = {
        "outcome": "detected",
        "detections": [found],
        "model": "m",
        "model_version": "1",
        "took_ms": 1,
        "fell_back_because": None,
        "error": None,
    }
    dark = {"kind": "camera_silent", "camera_id": "street", "node_id": None, "device_id": None}
    dark |= {"detail": "x", "value": None, "unit": None, "people": None}
    dark |= dict.fromkeys(("of_group", "sighting_id", "plate_id", "standing"))
    hub.publish(ImageNew.make(clock, "hub", **image))
    hub.publish(ImageDetected.make(clock, "detector", **image, **looked))
    hub.publish(EventNew.make(clock, "hub", event_id=new_id(), happened_at=NOON, **dark))
    told: dict[str, dict[str, Any]] = {}
    while len(told) < 3:
        told |= events(next(lines))
    answer.close()
    assert told["picture"]["image"] == image["image_id"]
    assert told["detected"]["boxes"] == [{"label": "dog", "score": 0.8, "box": [0.1, 0.2, 0.3, 0.4], "colour": 2}]
    assert told["detected"]["seen"] == "1 dog"
    assert told["event"]["silent"] is True


def test_who_comes_and_who_leaves_reaches_the_page(ringing: tuple[Flask, Bus], engine: Engine, clock: Standing) -> None:
    app, detector = ringing
    answer = browser(app, person(engine, "Anna", "owner")).get("/live/stream", buffered=False)
    lines = iter(answer.response)
    next(lines)
    came = {"sighting_id": new_id(), "camera_id": "street", "label": "dog", "image_id": new_id(), "arrived_at": NOON}
    detector.publish(SightingArrived.make(clock, "detector", **came, zones=[]))
    detector.publish(SightingDeparted.make(clock, "detector", **came, departed_at=NOON + timedelta(minutes=4)))
    told: dict[str, dict[str, Any]] = {}
    while len(told) < 2:
        told |= events(next(lines))
    answer.close()
    same = {"sighting": came["sighting_id"], "camera": "street", "label": "dog", "count": 1}
    assert told["sighting"] == same | {"at": "2026-11-20T12:00:00.000000Z"}
    assert told["departed"] == same | {"at": "2026-11-20T12:04:00.000000Z", "clock": "12:04"}


def events(chunk: Any) -> dict[str, dict[str, Any]]:
    blocks = [block.split("\n", 1) for block in text(chunk).split("\n\n") if block.startswith("event: ")]
    return {kind.removeprefix("event: "): json.loads(data.removeprefix("data: ")) for kind, data in blocks}


def text(chunk: Any) -> str:
    return chunk.decode() if isinstance(chunk, bytes) else str(chunk)
