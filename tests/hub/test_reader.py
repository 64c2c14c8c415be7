import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from services.core.clock import to_rfc3339
from services.hub import reader as module
from services.intake.jpeg import measure
from tests.hub.rig import CLOCK, PICTURE, Client, Counted, rig
from tests.pictures import jpeg


def lines(folder: Path) -> list[str]:
    log = folder / "media" / "logs" / "imagehub.log"
    return [line.split(" ~ ", 1)[1] for line in log.read_text().splitlines()] if log.exists() else []


def test_the_daily_cap_survives_a_restart_and_is_told_once(tmp_path: Path) -> None:
    counted = Counted()
    told: list[dict[str, Any]] = []
    for start in range(2):
        with rig(tmp_path, hub_daily_cap=3) as one, Client(one.port) as client:
            replies = [client.ask("Front Door|jpg") for _ in range(5)]
            assert replies == ([b"OK"] * 3 + [b"REFUSED daily cap"] * 2 if start == 0 else [b"REFUSED daily cap"] * 5)
            assert client.ask(f"Other {start}|jpg") == b"OK"
            told = one.records("event")
    assert [(event["event"], event["source"]) for event in told] == [("daily_cap", "Front Door")] * 2
    assert len({event["id"] for event in told}) == 1
    assert counted.refused() == {"daily cap": 7}


def test_names_beyond_the_limit_are_refused_and_known_ones_go_on(tmp_path: Path) -> None:
    counted = Counted()
    with rig(tmp_path, hub_max_names=3) as one, Client(one.port) as client:
        for name in ("A", "B", "C"):
            assert client.ask(f"{name}|jpg") == b"OK"
        for number in range(20):
            assert client.ask(f"D {number}|jpg") == b"REFUSED too many names"
            assert client.ask(f"E {number}|Heartbeat") == b"REFUSED too many names"
        assert client.ask("A|motion|moving") == b"OK"
        events = [(event["event"], event["of"]) for event in one.records("event")]
        assert events == [("too_many_names", "hub"), ("motion", "camera")]
    with rig(tmp_path, hub_max_names=3) as one, Client(one.port) as client:
        assert client.ask("C|jpg") == b"OK"
        assert client.ask("D|jpg") == b"REFUSED too many names"
        told = [event["id"] for event in one.records("event") if event["event"] == "too_many_names"]
        assert len(told) == 2
        assert len(set(told)) == 1
    assert counted.refused() == {"too many names": 41}


def test_a_flood_of_events_is_bounded_for_each_sender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NOTES_AT_ONCE", 30.0)
    monkeypatch.setattr(module, "NOTES_PER_S", 0.001)
    with rig(tmp_path) as one, Client(one.port) as client:
        replies = [client.ask("A|motion|moving") for _ in range(50)]
        assert replies == [b"OK"] * 30 + [b"REFUSED too many events"] * 20
        assert client.ask("A|jpg") == b"OK"
        assert client.ask("B|motion|moving") == b"OK"
    assert len(lines(tmp_path)) == 31


def test_one_connection_has_a_limit_of_messages(tmp_path: Path) -> None:
    counted = Counted()
    with rig(tmp_path, hub_max_rate=5) as one, Client(one.port) as fast, Client(one.port) as other:
        replies = [fast.ask("A|jpg") for _ in range(8)]
        assert replies[:5] == [b"OK"] * 5
        assert b"REFUSED too fast" in replies
        assert other.ask("B|jpg") == b"OK"
    assert "too fast" in counted.refused()


@pytest.mark.parametrize(
    ("data", "reply", "reason"),
    [
        (PICTURE[:-20], b"REFUSED picture cut short", "picture cut short"),
        (b"xx", None, "not a JPEG"),
        (b"", None, "not a JPEG"),
    ],
)
def test_what_is_no_whole_jpeg_is_not_stored(tmp_path: Path, data: bytes, reply: bytes | None, reason: str) -> None:
    counted = Counted()
    with rig(tmp_path) as one, Client(one.port) as client:
        client.say("A|jpg", data)
        assert client.hears(10 if reply else 0.3) == reply
        assert not one.files()
    assert counted.refused() == {reason: 1}


def test_an_array_becomes_the_picture_that_its_sender_would_have_made(tmp_path: Path) -> None:
    array = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
    with rig(tmp_path) as one, Client(one.port) as client:
        assert client.ask("A|image", array.tobytes(), dtype="uint8", shape=[48, 64, 3]) == b"OK"
        assert client.ask("A|image", bytes(12), dtype="uint8", shape=[3, 4]) == b"OK"
        colour, grey = sorted(one.files())
        assert colour.read_bytes() == cv2.imencode(".jpg", array, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
        assert measure(grey.read_bytes()) == (4, 3)
        assert [(record["width"], record["height"]) for record in one.records()] == [(64, 48), (4, 3)]


def test_an_array_may_carry_an_event(tmp_path: Path) -> None:
    with rig(tmp_path) as one, Client(one.port) as client:
        assert client.ask("StreetView RPiCam6|motion|still", bytes(4), dtype="uint8", shape=[2, 2]) == b"OK"
        assert not one.files()
    assert lines(tmp_path) == ["StreetView RPiCam6|motion|still"]


def test_our_agents_time_of_capture_is_kept(tmp_path: Path) -> None:
    with rig(tmp_path) as one, Client(one.port) as client:
        said = to_rfc3339(CLOCK.now() - timedelta(hours=1))
        assert client.ask("A|jpg", captured_at=said, more={"unknown": True}) == b"OK"
        assert client.ask("A|jpg", captured_at="2999-01-01T00:00:00Z") == b"OK"
        first, second = one.records()
        assert first["captured_at"] == said
        assert second["captured_at"] == second["received_at"]


def test_heartbeats_and_test_images_leave_no_file_and_no_line(tmp_path: Path) -> None:
    with rig(tmp_path) as one, Client(one.port) as client:
        for text in ("Driveway|Heartbeat", "ROI", "Grayscale", "frameDelta", "State", "3 Contours", "Mean Pixel Value"):
            assert client.ask(text, jpeg(3, 3)) == b"OK"
        assert not one.files()
        assert [record["source"] for record in one.records("heartbeat")] == ["Driveway"]
    assert lines(tmp_path) == []


def test_two_readings_of_one_millisecond_are_two_events(tmp_path: Path) -> None:
    with rig(tmp_path) as one, Client(one.port) as first, Client(one.port) as second:
        first.say("Driveway|Temp|21.0 C")
        second.say("Driveway|humidity|41.0 %")
        assert first.hears() == second.hears() == b"OK"
        events = one.records("event")
        assert {(event["event"], event["value"], event["unit"]) for event in events} == {
            ("temperature", 21.0, "C"),
            ("humidity", 41.0, "%"),
        }
        assert len({event["id"] for event in events}) == len({event["received_at"] for event in events}) == 2


def test_a_header_of_many_keys_is_read_and_one_of_many_bytes_is_not(tmp_path: Path) -> None:
    counted = Counted()
    with rig(tmp_path) as one, Client(one.port) as client:
        client.send(
            json.dumps({"msg": "A|jpg", **{f"key{number}": number for number in range(1000)}}).encode(), PICTURE
        )
        assert client.hears() == b"OK"
        client.send(json.dumps({"msg": "A|jpg", "x": "y" * 70_000}).encode(), PICTURE)
        assert client.hears(0.3) is None
    assert counted.refused() == {"header of over 64 kB": 1}
