from datetime import timedelta

from services.core.device_messages import DeviceHeartbeat, DeviceTrigger
from services.core.rate import SENDERS_REMEMBERED
from services.scribe.device_limit import DEVICES_MAX, TRIGGERS_AT_ONCE, DeviceLimit, refused
from tests.pictures import HeldClock


def trigger(clock: HeldClock, device_id: str = "door") -> DeviceTrigger:
    said = {"active": True, "detail": None, "value": None, "happened_at": None}
    return DeviceTrigger.make(clock, device_id, device_id=device_id, **said)


def heartbeat(clock: HeldClock, device_id: str = "door") -> DeviceHeartbeat:
    said = {"called": "Door", "kind": "contact", "location": None, "is_input": True, "is_output": False}
    return DeviceHeartbeat.make(clock, device_id, device_id=device_id, **said)


def met(clock: HeldClock, *device_ids: str) -> DeviceLimit:
    limit = DeviceLimit(clock)
    for device_id in device_ids:
        limit.met(device_id)
    return limit


def test_a_device_that_floods_does_not_use_up_anothers_turn_nor_its_own_heartbeats() -> None:
    clock = HeldClock()
    limit = met(clock, "door")
    assert [limit.allows(trigger(clock)) for _ in range(1000)].count(True) == TRIGGERS_AT_ONCE
    assert limit.allows(trigger(clock, "window"))
    assert limit.allows(heartbeat(clock))


def test_heartbeats_that_come_all_at_once_leave_a_trigger_its_turn() -> None:
    clock = HeldClock()
    limit = met(clock, "door")
    assert [limit.allows(heartbeat(clock)) for _ in range(720)].count(True) == 10
    assert limit.allows(trigger(clock))


def test_it_goes_on_at_its_rate() -> None:
    clock = HeldClock()
    limit = met(clock, "door")
    for _ in range(TRIGGERS_AT_ONCE + 10):
        limit.allows(trigger(clock))
    clock.pass_by(1)
    assert [limit.allows(trigger(clock)) for _ in range(30)].count(True) == 5


def test_a_flood_is_told_once_a_day_and_device() -> None:
    clock = HeldClock()
    limit = met(clock, "door", "window")
    assert [limit.floods(trigger(clock)) for _ in range(3)] == [True, False, False]
    assert limit.floods(heartbeat(clock, "window"))
    clock.pass_by(timedelta(days=1).total_seconds())
    assert [limit.floods(trigger(clock)) for _ in range(2)] == [True, False]


def test_what_the_broker_held_meanwhile_is_no_flood() -> None:
    clock = HeldClock()
    held = heartbeat(clock)
    clock.pass_by(3600)
    assert not met(clock, "door").floods(held)


def test_made_up_devices_fill_the_database_slowly_at_worst() -> None:
    clock = HeldClock()
    limit = DeviceLimit(clock)
    assert [limit.allows_another(f"door-{number}", number) for number in range(900)].count(True) == 50
    clock.pass_by(1)
    assert limit.allows_another("door-900", 50)


def test_there_is_an_end_to_the_number_of_devices() -> None:
    clock = HeldClock()
    limit = DeviceLimit(clock)
    before = refused.labels("more than 1000 devices")._value.get()
    assert limit.allows_another("door-999", DEVICES_MAX - 1)
    assert not limit.allows_another("door-1000", DEVICES_MAX)
    assert refused.labels("more than 1000 devices")._value.get() == before + 1


def test_ids_that_are_made_up_do_not_give_a_device_that_floods_another_turn() -> None:
    clock = HeldClock()
    limit = met(clock, "door")
    while limit.allows(trigger(clock)):
        pass
    for number in range(2 * SENDERS_REMEMBERED):
        limit.allows(trigger(clock, f"door-{number}"))
    assert not limit.allows(trigger(clock))


def test_whoever_makes_ids_up_does_not_keep_the_database_busy_nor_a_known_device_out() -> None:
    clock = HeldClock()
    limit = met(clock, "door")
    assert [limit.allows(trigger(clock, f"door-{number}")) for number in range(2000)].count(True) == 500
    assert limit.allows(trigger(clock))
    assert not limit.floods(trigger(clock, "door-1999"))


def test_the_log_has_a_few_lines_about_what_is_ignored() -> None:
    clock = HeldClock()
    limit = met(clock, "door", "window")
    assert [limit.worth_a_line("door") for _ in range(1000)].count(True) == 5
    assert limit.worth_a_line("window")
    assert [limit.worth_a_line(f"made-up-{number}") for number in range(1000)].count(True) == 5


def test_what_waits_to_be_written_down_is_counted_once_also_where_several_wait_together() -> None:
    clock = HeldClock()
    limit = met(clock, "door")
    waiting = [trigger(clock) for _ in range(TRIGGERS_AT_ONCE)]
    for _ in range(10):
        assert all(limit.allows(one) for one in waiting)
    limit.finished()
    assert not limit.allows(waiting[0])
