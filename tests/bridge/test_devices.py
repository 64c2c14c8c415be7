from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.bridge.devices import BEAT_S, KNOWN_MAX, Devices
from services.bridge.old_words import Unreadable
from services.core.device_messages import DeviceHeartbeat, DeviceReading, DeviceTrigger
from services.core.messages import Message
from tests.bridge.bodies import (
    CAMERA,
    FRONT,
    FRONT_ID,
    IOBOARD,
    PIR,
    PIR_ID,
    SIREN_ID,
    TRIGGERED,
    heartbeat,
    packed,
    quiet,
    triggered,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class HandClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def devices(clock: HandClock) -> Devices:
    return Devices(clock)


def heard(devices: Devices, routing_key: str, body: bytes) -> list[Message]:
    meaning = devices.meaning(routing_key, body)
    devices.remember(meaning)
    return meaning.messages


def words(messages: list[Message]) -> list[tuple[str, str, Any]]:
    return [
        (one.topic.rsplit("/", 1)[1], one.address().split("/")[1], getattr(one, "active", None)) for one in messages
    ]


def test_a_heartbeat_registers_inputs_and_outputs(devices: Devices) -> None:
    pir, siren = heard(devices, IOBOARD, heartbeat())
    assert isinstance(pir, DeviceHeartbeat) and isinstance(siren, DeviceHeartbeat)
    assert (pir.device_id, pir.called, pir.kind, pir.location, pir.src) == (
        PIR_ID,
        "Hall Motion (Hall)",
        "motion",
        "Hall",
        "bridge",
    )
    assert (pir.is_input, pir.is_output, siren.is_input, siren.is_output) == (True, False, False, True)


def test_heartbeats_go_on_every_half_minute_and_at_once_when_a_device_is_another(
    devices: Devices, clock: HandClock
) -> None:
    heard(devices, IOBOARD, heartbeat())
    clock.seconds = 5
    assert heard(devices, IOBOARD, heartbeat()) == []
    assert words(heard(devices, IOBOARD, packed(inputs=[PIR | {"location": "Attic"}]))) == [("heartbeat", PIR_ID, None)]
    clock.seconds = 5 + BEAT_S
    assert len(heard(devices, IOBOARD, heartbeat())) == 2


def test_a_trigger_registers_first_and_has_the_boards_time_detail_and_value(devices: Devices) -> None:
    beat, trigger = heard(devices, TRIGGERED, triggered("tampered"))
    assert isinstance(beat, DeviceHeartbeat) and isinstance(trigger, DeviceTrigger)
    assert (trigger.active, trigger.detail, trigger.value) == (True, "tampered", 80)
    assert trigger.at == datetime(2026, 11, 20, 8, 8, 49, tzinfo=UTC)


def test_what_is_triggered_goes_on_each_time_and_what_is_quiet_once(devices: Devices) -> None:
    heard(devices, IOBOARD, heartbeat())
    bodies = [triggered(), triggered(), quiet(), quiet()]
    assert [words(heard(devices, TRIGGERED, body)) for body in bodies] == [
        [("trigger", PIR_ID, True)],
        [("trigger", PIR_ID, True)],
        [("trigger", PIR_ID, False)],
        [],
    ]


def test_what_was_not_told_is_told_when_it_comes_again(devices: Devices) -> None:
    heard(devices, TRIGGERED, triggered())
    first = devices.meaning(TRIGGERED, quiet()).messages
    assert [one.id for one in devices.meaning(TRIGGERED, quiet()).messages] == [one.id for one in first] != []


def test_another_message_has_other_ids(devices: Devices) -> None:
    both = [devices.meaning(TRIGGERED, body).messages[-1].id for body in (triggered("a"), triggered("b"))]
    assert both[0] != both[1]


def test_without_a_time_it_counts_from_its_arrival(devices: Devices, clock: HandClock) -> None:
    clock.seconds = 7
    assert heard(devices, TRIGGERED, triggered(timestamp=None))[-1].at == clock.now()


def test_a_camera_is_active_and_quiet_again_and_cannot_be_ordered(devices: Devices) -> None:
    for lists in ({"outputs": [FRONT]}, {"inputs": [FRONT], "outputs": [FRONT]}):
        beat = heard(devices, IOBOARD, packed(**lists))[0]
        assert isinstance(beat, DeviceHeartbeat) and (beat.is_input, beat.is_output) == (True, False)
    picture = packed(inputs=[FRONT | {"image": b"\xff\xd8", "event_detail": "2 person(s)"}])
    for _ in range(2):
        told = heard(devices, CAMERA, picture)
        assert words(told) == [("trigger", FRONT_ID, True), ("trigger", FRONT_ID, False)]
    assert words(heard(devices, CAMERA, packed(inputs=[FRONT]))) == []


def test_a_meter_reads(devices: Devices) -> None:
    meter = {"type": "meter", "device_key": "Electricity Meter", "register_reading": 4711}
    reading = heard(devices, TRIGGERED, packed(inputs=[meter]))[-1]
    assert isinstance(reading, DeviceReading) and (reading.counted, reading.last_minute) == (4711, None)


def test_a_report_that_leaves_out_what_a_device_is_changes_nothing_of_it(devices: Devices) -> None:
    heard(devices, IOBOARD, heartbeat())
    bare = {"device_key": "Garage Siren", "state": "triggered"}
    assert words(heard(devices, TRIGGERED, packed(inputs=[bare]))) == [
        ("heartbeat", SIREN_ID, None),
        ("trigger", SIREN_ID, True),
    ]
    known = devices.find(SIREN_ID)
    assert known and (known.device.type, known.device.is_output, known.device.is_input) == ("Siren", True, True)


def test_the_unreadable_stays_unreadable(devices: Devices) -> None:
    with pytest.raises(Unreadable):
        devices.meaning(TRIGGERED, b"no")


def test_a_bounded_number_is_remembered_the_newest(devices: Devices) -> None:
    for number in range(KNOWN_MAX + 1):
        heard(devices, IOBOARD, packed(inputs=[{"device_key": f"d {number}"}]))
    assert devices.find("d-0") is None and devices.find(f"d-{KNOWN_MAX}") is not None
