import json
from collections.abc import Callable

import paho.mqtt.subscribe
import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.settings import Settings
from services.scribe.device_config import DeviceConfigs
from services.store import device, device_group, forgetting, schedule
from services.store.device import Described
from services.store.schedule import Schedule
from tests.pictures import NOON

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
DOOR = Described("Garage Door", "contact", "Garage", True, False)
NIGHTS = Schedule(new_id(), "Nights", [], [], True, None, None)


def test_flows_learn_what_they_need_and_nothing_else(
    engine: Engine, house: Settings, bus: Bus, start_bus: Callable[[Bus], None]
) -> None:
    with engine.begin() as connection:
        device.register(connection, "garage-door", DOOR, NOON)
        device.change(connection, "garage-door", name="Big door", group_name="Downstairs", enabled=False)
        schedule.add(connection, NIGHTS)
        device_group.put(connection, "Downstairs", NIGHTS.id)
    start_bus(bus)
    configs = DeviceConfigs(engine, bus, SystemClock())
    assert configs.look()
    topic = f"{house.mqtt_base_topic}/config/devices"
    kept = paho.mqtt.subscribe.simple(topic, hostname="127.0.0.1", port=house.mqtt_port)  # type: ignore[no-untyped-call]
    assert kept.retain
    assert json.loads(kept.payload)["devices"] == [
        {
            "id": "garage-door",
            "name": "Big door",
            "kind": "contact",
            "location": "Garage",
            "is_input": True,
            "is_output": False,
            "enabled": False,
            "group": "Downstairs",
            "schedule_id": None,
            "is_new": True,
            "entry": False,
            "group_schedule_id": NIGHTS.id,
        }
    ]
    assert not configs.look()
    with engine.begin() as connection:
        forgetting.begin(connection, "garage-door", new_id(), NOON)
    assert configs.look()
