"""The words that the hub hears, byte for byte as stock imagenode says them."""

import json
from datetime import timedelta, timezone

import cv2
import numpy as np
import pytest

from node_agent import __version__
from node_agent.host import HostFacts
from node_agent.messages import (
    Message,
    Writer,
    camera_name,
    event_text,
    heartbeat_text,
    picture_text,
    restart_text,
    rfc3339,
)
from tests.node_agent.staging import NOON


@pytest.mark.parametrize(
    ("kind", "state", "roi", "text"),
    [
        ("motion", "moving", None, "Driveway RPiCam7|motion|moving"),
        ("motion", "still", None, "Driveway RPiCam7|motion|still"),
        ("motion", "moving", "FrontDoor", "Driveway RPiCam7|motion|moving|FrontDoor"),
        ("light", "lighted", None, "Driveway RPiCam7|light|lighted"),
        ("light", "dark", "Sky", "Driveway RPiCam7|light|dark|Sky"),
    ],
)
def test_events_have_the_stock_text(kind: str, state: str, roi: str | None, text: str) -> None:
    assert event_text("Driveway RPiCam7", kind, state, roi) == text


def test_pictures_and_heartbeats_have_the_stock_text() -> None:
    assert picture_text("Driveway RPiCam7") == "Driveway RPiCam7|jpg"
    assert heartbeat_text("Driveway") == "Driveway|Heartbeat"


def test_a_restart_has_the_stock_text() -> None:
    host = HostFacts("vm", "Linux", "192.168.1.7", 24106, 0.2789)
    assert restart_text("Driveway", host) == "Driveway|Restart|vm|Linux|192.168.1.7|24106|0.28"


def test_a_camera_without_a_view_is_called_by_its_node() -> None:
    assert camera_name("Driveway", "") == "Driveway"
    assert camera_name("Driveway", "Front Door") == "Driveway Front Door"


def test_the_header_carries_the_capture_time_a_number_and_the_version() -> None:
    writer = Writer()
    writer.picture("Demo|jpg", NOON, b"")
    said = json.loads(writer.picture("Demo|jpg", NOON + timedelta(microseconds=7), b"jpeg").header)
    assert said == {
        "msg": "Demo|jpg",
        "captured_at": "2026-11-20T12:00:00.000007Z",
        "seq": 2,
        "agent": __version__,
    }


def test_a_moment_of_another_zone_is_written_in_utc_with_six_digits() -> None:
    assert rfc3339(NOON.astimezone(timezone(timedelta(hours=2)))) == "2026-11-20T12:00:00.000000Z"


def test_names_in_any_script_are_escaped_as_pyzmq_does() -> None:
    assert b"Stra\\u00dfe" in Writer().picture("Straße|jpg", NOON, b"").header


def test_the_picture_of_an_event_is_a_small_jpeg() -> None:
    body = Writer().event("Demo|motion|still", NOON).body
    decoded = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    assert decoded.shape == (2, 2)


def test_an_event_is_ordered_ahead_of_the_pictures_that_follow_it() -> None:
    writer = Writer()
    earlier = NOON - timedelta(seconds=1)
    event = writer.event("Demo|motion|moving", NOON, before=earlier)
    picture = writer.picture("Demo|jpg", earlier, b"")
    assert event.order < picture.order
    assert json.loads(event.header)["captured_at"] == "2026-11-20T12:00:00.000000Z"


@pytest.mark.parametrize("header", [b"", b"{", b"[]", b'{"msg": 3}', b"\xff"])
def test_a_damaged_header_is_an_error(header: bytes) -> None:
    with pytest.raises(ValueError):
        assert Message(header, b"", (0, 0)).text
