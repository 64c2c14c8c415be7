import json
from collections.abc import Callable

import paho.mqtt.subscribe
import pytest
from sqlalchemy import Engine, text

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.settings import Settings
from services.core.state_messages import CameraState, DeviceState
from services.scribe.states import States
from services.store import camera, device
from services.store.device import Described
from tests.ear import Ear
from tests.pictures import NOON

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
SIREN = Described("Siren", "siren", None, False, True)


@pytest.fixture
def states(engine: Engine, bus: Bus, start_bus: Callable[[Bus], None]) -> States:
    start_bus(bus)
    return States(engine, bus, SystemClock())


def arrive(engine: Engine, camera_id: str, label: str) -> None:
    """Somebody or something that stays, with no picture behind it."""
    values = {"id": f"{camera_id}-{label}", "camera": camera_id, "label": label, "at": NOON.replace(tzinfo=None)}
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO sighting (id, camera_id, label, began_at, arrived_at, last_seen_at, images,"
                " x1, y1, x2, y2, first_image_id, arrival_image_id, last_image_id, best_image_id, best_score)"
                " VALUES (:id, :camera, :label, :at, :at, :at, 1, 0, 0, 1, 1, 'i', 'i', 'i', 'i', 0.9)"
            ),
            values,
        )


def test_what_is_at_a_camera_is_told_when_it_changes_and_only_then(
    engine: Engine, house: Settings, states: States
) -> None:
    with engine.begin() as connection:
        gate = camera.register(connection, "Gate", NOON)
    with Ear(house, [CameraState]) as ear:
        assert states.look()
        assert not states.look()
        arrive(engine, gate, "person")
        arrive(engine, gate, "car")
        assert states.look()
        told = ear.wait(CameraState, 2)
    assert [(one.people, one.vehicles, one.there) for one in told] == [
        (False, False, {}),
        (True, True, {"car": 1, "person": 1}),
    ]


def test_what_a_device_last_said_is_held_by_the_broker_until_it_is_forgotten(
    engine: Engine, house: Settings, states: States
) -> None:
    with engine.begin() as connection:
        device.register(connection, "siren", SIREN, NOON)
    with Ear(house, [DeviceState]) as ear:
        assert states.look()
        ear.wait(DeviceState)
    topic = f"{house.mqtt_base_topic}/device/siren/state"
    held = paho.mqtt.subscribe.simple(topic, hostname="127.0.0.1", port=house.mqtt_port)  # type: ignore[no-untyped-call]
    assert held.retain
    assert (json.loads(held.payload)["device_id"], json.loads(held.payload)["on"]) == ("siren", None)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM device"))
    assert states.look()
    topics = [(topic, 1), (f"{house.mqtt_base_topic}/svc/#", 1)]
    left = paho.mqtt.subscribe.simple(topics, hostname="127.0.0.1", port=house.mqtt_port)  # type: ignore[no-untyped-call]
    assert left.topic != topic
