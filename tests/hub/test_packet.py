import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hub.packet import Kind, Malformed, Packet, capture_time, parse
from tests.pictures import NOON, jpeg

DATA = memoryview(jpeg())


def read(text: object, data: memoryview = DATA, **more: Any) -> Packet:
    return parse(json.dumps({"msg": text, **more}).encode(), data)


@pytest.mark.parametrize(
    ("text", "kind", "source"),
    [
        ("Driveway RPiCam7|jpg", Kind.PICTURE, "Driveway RPiCam7"),
        ("Driveway|image", Kind.PICTURE, "Driveway"),
        (" T-Cam -x |jpg", Kind.PICTURE, "T-Cam -x"),
        ("Driveway|Heartbeat", Kind.HEARTBEAT, "Driveway"),
        ("Driveway|Humidity|42 %", Kind.EVENT, "Driveway"),
        ("Driveway|jam|x", Kind.EVENT, "Driveway"),
        ("Driveway|info|x", Kind.EVENT, "Driveway"),
        ("Grayscale", Kind.TEST, ""),
        ("3 Contours", Kind.TEST, ""),
    ],
)
def test_whole_words_say_what_a_message_is(text: str, kind: Kind, source: str) -> None:
    packet = read(text)
    assert (packet.kind, packet.source) == (kind, source)


@pytest.mark.parametrize(
    ("text", "more", "shape"),
    [("A|jpg", {}, None), ("A|motion|still", {"dtype": "uint8", "shape": [2, 2]}, (2, 2)), ("image", {}, None)],
)
def test_an_array_is_told_by_its_keys(text: str, more: dict[str, Any], shape: tuple[int, ...] | None) -> None:
    assert read(text, memoryview(bytes(4)), **more).shape == shape


@pytest.mark.parametrize(
    ("more", "size"),
    [
        ({"dtype": "float64", "shape": [1, 1]}, 8),
        ({"dtype": "uint8"}, 1),
        ({"shape": [1, 1]}, 1),
        ({"dtype": "uint8", "shape": [1]}, 1),
        ({"dtype": "uint8", "shape": [1, 1, 4]}, 4),
        ({"dtype": "uint8", "shape": [1, 1, 3, 1]}, 3),
        ({"dtype": "uint8", "shape": [2, 2]}, 5),
        ({"dtype": "uint8", "shape": [-2, -2]}, 4),
        ({"dtype": "uint8", "shape": [0, 5]}, 0),
        ({"dtype": "uint8", "shape": [True, True]}, 1),
        ({"dtype": "uint8", "shape": [1.0, 1]}, 1),
        ({"dtype": "uint8", "shape": ["1", 1]}, 1),
        ({"dtype": "uint8", "shape": {"0": 1}}, 1),
        ({"dtype": "uint8", "shape": [70_000, 1]}, 70_000),
        ({"dtype": "uint8", "shape": [10**30, 10**30]}, 4),
        ({"dtype": ["uint8"], "shape": [1, 1]}, 1),
    ],
)
def test_an_impossible_array_is_malformed(more: dict[str, Any], size: int) -> None:
    with pytest.raises(Malformed):
        read("A|image", memoryview(bytes(size)), **more)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"hello",
        b"[]",
        b"5",
        b'{"x":1}',
        b'{"msg":5}',
        b'{"msg":null}',
        b'{"msg":"A||x"}',
        b'{"msg":"|jpg"}',
        b'{"msg":" |jpg"}',
        json.dumps({"msg": "N" * 300 + "|jpg"}).encode(),
        json.dumps({"msg": "\x01" * 60 + "|jpg"}).encode(),
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b'{"msg":"A|jpg","x":' + b"9" * 5000 + b"}",
        b'{"msg":"A|jpg"}' + b" " * 70_000,
    ],
)
def test_a_header_that_nobody_of_ours_makes_is_malformed(header: bytes) -> None:
    with pytest.raises(Malformed):
        parse(header, DATA)


def test_control_characters_are_written_out_everywhere() -> None:
    packet = read("A\x00b|motion|mo\nving\u2028\ud800")
    assert packet.source == "A\\u0000b"
    assert packet.fields[2] == "mo\\u000aving\\u2028\\ud800"
    assert packet.text == "A\\u0000b|motion|mo\\u000aving\\u2028\\ud800"


@given(st.text(), st.text(max_size=40))
def test_no_text_can_break_a_line_a_row_or_a_name(first: str, second: str) -> None:
    try:
        packet = read(f"{first}|{second}|x")
    except Malformed:
        return
    for text in (packet.source, packet.text, *packet.fields):
        text.encode()
        assert len(text.splitlines()) <= 1
    assert len(packet.source.encode()) <= 200
    assert len(packet.text) <= 900


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_any_bytes_are_read_or_malformed(header: bytes, data: bytes) -> None:
    try:
        parse(header, memoryview(data))
    except Malformed as error:
        assert str(error)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_json_values_are_read_or_malformed(value: object) -> None:
    for header in (
        {"msg": value},
        {"msg": "A|jpg", "shape": value, "dtype": "uint8"},
        {"msg": "A|x", "captured_at": value},
    ):
        try:
            parse(json.dumps(header).encode(), memoryview(b"1234"))
        except Malformed as error:
            assert str(error)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("2026-05-01T11:00:00Z", -3600),
        ("2026-05-01T13:00:00+02:00", -3600),
        ("2026-05-01T12:00:04Z", 4),
        ("2026-05-01T12:00:06Z", 0),
        ("2030-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:10Z", 0),
        ("0001-01-01T00:00:00+14:00", 0),
        ("2026-05-01T11:00:00", 0),
        ("yesterday", 0),
        (5, 0),
        (None, 0),
    ],
)
def test_the_senders_time_counts_where_it_can_be_true(said: object, seconds: int) -> None:
    assert capture_time(read("A|jpg", captured_at=said), NOON) == NOON + timedelta(seconds=seconds)
