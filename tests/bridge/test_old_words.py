from datetime import UTC, datetime
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.bridge.old_words import DEVICES_MAX, OldDevice, Unreadable, read
from tests.bridge.bodies import CAMERA, FRONT, IOBOARD, PIR, SIREN, TRIGGERED, heartbeat, packed, triggered


def devices(body: bytes, routing_key: str = TRIGGERED) -> list[OldDevice]:
    return list(read(routing_key, body).devices)


def one(routing_key: str = TRIGGERED, **fields: Any) -> OldDevice:
    [found] = devices(packed(inputs=[PIR | fields]), routing_key)
    return found


def test_a_heartbeat_names_inputs_and_outputs() -> None:
    report = read(IOBOARD, heartbeat())
    assert (report.kind, report.origin, report.at) == (
        "heartbeat",
        "ioboard",
        datetime(2026, 11, 20, 8, 8, 49, tzinfo=UTC),
    )
    assert [(found.id, found.kind, found.location, found.is_input, found.is_output) for found in report.devices] == [
        ("hall-motion-hall", "motion", "Hall", True, False),
        ("garage-siren", "siren", "Garage", False, True),
    ]
    assert all(found.active is None for found in report.devices)


def test_a_heartbeat_of_2023_has_it_all_under_data() -> None:
    info = {"inputs": [PIR], "outputs": [SIREN]}
    report = read(IOBOARD, packed(data={"device_info": info, "active_devices": []}))
    assert [found.key for found in report.devices] == ["Hall Motion (Hall)", "Garage Siren"]


def test_what_is_among_the_active_devices_is_active() -> None:
    info = {"inputs": [PIR], "outputs": []}
    body = packed(data={"device_info": info, "active_devices": [PIR | {"event_detail": "tampered"}]})
    assert [(found.active, found.detail, found.is_input) for found in devices(body)] == [(True, "tampered", True)]
    assert [found.active for found in devices(body, IOBOARD)] == [None]


@pytest.mark.parametrize(
    ("fields", "active"),
    [
        ({"state": "triggered"}, True),
        ({"state": "ON"}, True),
        ({"active": True}, True),
        ({"image": b"\xff\xd8"}, True),
        ({"state": None}, False),
        ({"active": "no"}, False),
        ({}, False),
    ],
)
def test_an_input_is_active_by_its_state_or_its_picture(fields: dict[str, Any], active: bool) -> None:
    assert one(**fields).active is active


def test_a_meter_reads_numbers_that_can_be() -> None:
    assert (one(register_reading=123, last_minute_metered=-2).register, one(last_minute_metered=-2).last_minute) == (
        123,
        -2,
    )
    for wrong in (-1, "12", True, 1e16, float("nan"), None):
        assert not one(register_reading=wrong).reads()


def test_a_device_without_a_key_is_called_by_its_place_and_its_type() -> None:
    [found] = devices(packed(inputs=[{"type": "contact", "location": "back door"}]))
    assert (found.key, found.id) == ("Back Door Contact", "back-door-contact")


def test_a_device_in_both_lists_is_one() -> None:
    [found] = devices(packed(inputs=[FRONT], outputs=[FRONT]), IOBOARD)
    assert (found.is_input, found.is_output) == (True, True)


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("1763626129", datetime(2025, 11, 20, 8, 8, 49, tzinfo=UTC)),
        (1763626129.0, datetime(2025, 11, 20, 8, 8, 49, tzinfo=UTC)),
        ("2026-11-20T08:08:49", datetime(2026, 11, 20, 8, 8, 49, tzinfo=UTC)),
        ("soon", None),
        ("Tomorrow", None),
        ("0001-01-01T00:00:00Z", None),
        (4711, None),
        (None, None),
        ([], None),
        (float("inf"), None),
    ],
)
def test_its_time_is_text_or_seconds(timestamp: object, at: datetime | None) -> None:
    assert read(TRIGGERED, triggered(timestamp=timestamp)).at == at


def test_a_picture_from_before_bytes_had_a_type_is_no_hindrance() -> None:
    body = msgpack.packb({"inputs": [FRONT | {"image": b"\xff\xd8\x00\xfe" * 20}]}, use_bin_type=False)
    assert [found.active for found in devices(body, CAMERA)] == [True]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no MessagePack"),
        (b"{}", "no MessagePack"),
        (heartbeat()[:-5], "no MessagePack"),
        (msgpack.packb([1, 2]), "no map"),
        (msgpack.packb({1: 2}), "no MessagePack"),
        (b"\x81\xa1a" * 2000, "no MessagePack"),
        (packed(), "neither inputs nor outputs"),
        (packed(inputs="all"), "neither inputs nor outputs"),
        (packed(inputs=[{"location": 7}]), "no key, label or type"),
        (packed(inputs=[{"device_key": str(number)} for number in range(DEVICES_MAX + 1)]), "names 201 devices"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(TRIGGERED, body)


@pytest.mark.parametrize("routing_key", ["event.trigger.ioboard", "event.notify", "", "other.notify.x"])
def test_another_routing_key_is_none_of_theirs(routing_key: str) -> None:
    with pytest.raises(Unreadable, match="routing key"):
        read(routing_key, heartbeat())


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_unreadable(body: bytes) -> None:
    try:
        read(TRIGGERED, body)
    except Unreadable as error:
        assert str(error)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats()
    | st.text(max_size=200)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["device_key", "device_label", "type", "location", "state", "active", "image", "event_detail", "sample_value"]
DEVICE = st.dictionaries(st.sampled_from([*FIELDS, "register_reading", "last_minute_metered"]), VALUES, max_size=6)


@given(st.lists(DEVICE, max_size=3), VALUES)
def test_whatever_a_device_says_of_itself_it_has_an_id_and_a_name(
    inputs: list[dict[str, Any]], timestamp: object
) -> None:
    try:
        report = read(TRIGGERED, packed(inputs=inputs, timestamp=timestamp))
    except Unreadable:
        return
    assert all(found.id and found.key and len(found.key) <= 120 for found in report.devices)
