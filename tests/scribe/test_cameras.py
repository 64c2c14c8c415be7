import json
import threading
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.subscribe
import pytest
from sqlalchemy import Engine, insert

from services.core.bus import Bus, BusAway
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.messages import ConfigCameras, ConfigChanged
from services.core.settings import Settings
from services.scribe.cameras import Cameras, for_flows
from services.store import camera
from services.store.tables import zone
from tests.cameras import SECRETS, hang_up
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto, wait_until
from tests.pictures import NOON

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = SystemClock()


@pytest.fixture
def cameras(engine: Engine, bus: Bus, start_bus: Callable[[Bus], None]) -> Cameras:
    with engine.begin() as connection:
        camera.register(connection, "Front Door", NOON)
    start_bus(bus)
    return Cameras(engine, bus, CLOCK)


def change(engine: Engine, **values: object) -> None:
    with engine.begin() as connection:
        camera.change(connection, "front-door", **values)


def zones(engine: Engine, **kinds: str) -> None:
    whole = {"camera_id": "front-door", "points": [[0, 0], [1, 0], [1, 1]], "created_at": NOON}
    rows = [whole | {"id": new_id(), "name": name, "kind": kind} for name, kind in kinds.items()]
    with engine.begin() as connection:
        connection.execute(insert(zone), rows)


def test_flows_learn_what_they_need_and_nothing_else(cameras: Cameras, engine: Engine, house: Settings) -> None:
    change(
        engine,
        labels=["person"],
        alert_labels=["person", "dog"],
        departure_labels=["car"],
        plan="keep",
        alert_modes=["away"],
    )
    zones(engine, Street="zone", Steps="zone", Tree="mask")
    assert cameras.look()
    topic = f"{house.mqtt_base_topic}/config/cameras"
    kept = paho.mqtt.subscribe.simple(topic, hostname="127.0.0.1", port=house.mqtt_port)  # type: ignore[no-untyped-call]
    assert kept.retain
    document = json.loads(kept.payload)
    assert document["cameras"] == [
        {
            "id": "front-door",
            "name": "Front Door",
            "plan": "keep",
            "labels": ["person"],
            "seen_in": 1,
            "alert_labels": ["person", "dog"],
            "departure_labels": ["car"],
            "alert_modes": ["away"],
            "schedule_id": None,
            "zones": ["Steps", "Street"],
            "entry": False,
            "can_snapshot": False,
            "snapshot_every_s": None,
        }
    ]
    assert set(document) == {"v", "id", "at", "src", "version", "cameras"}


def test_of_an_address_flows_hear_only_that_a_picture_can_be_pulled_and_how_often(
    cameras: Cameras, engine: Engine, house: Settings
) -> None:
    with engine.begin() as connection:
        hang_up(connection, every_s=30)
    assert cameras.look()
    topic = f"{house.mqtt_base_topic}/config/cameras"
    kept = paho.mqtt.subscribe.simple(topic, hostname="127.0.0.1", port=house.mqtt_port)  # type: ignore[no-untyped-call]
    told = {one["id"]: one for one in json.loads(kept.payload)["cameras"]}
    assert (told["cellar"]["can_snapshot"], told["cellar"]["snapshot_every_s"]) == (True, 30)
    assert not [secret for secret in (*SECRETS.values(), "192.0.2.7", "cgi") if secret in kept.payload.decode()]


def test_it_is_told_again_only_after_a_change(cameras: Cameras, engine: Engine, house: Settings) -> None:
    assert cameras.look()
    assert not cameras.look()
    change(engine, name="Gate")
    assert cameras.look()
    with engine.begin() as connection:
        camera.register(connection, "Back Yard", NOON)
    assert cameras.look()
    assert not cameras.look()


def test_a_change_in_the_database_is_told_within_a_second_or_so(
    cameras: Cameras, engine: Engine, house: Settings
) -> None:
    stopping = threading.Event()
    loop = threading.Thread(target=cameras.keep_told, args=(stopping, lambda: None))
    loop.start()
    try:
        with Ear(house, [ConfigCameras]) as ear:
            ear.wait(ConfigCameras)
            change(engine, name="Gate")
            told = ear.wait(ConfigCameras, 2, seconds=5)
            change(engine, name="Door")
            ear.say(ConfigChanged.make(CLOCK, "gallery", noun="cameras"))
            told = ear.wait(ConfigCameras, 3, seconds=5)
    finally:
        stopping.set()
        loop.join(10)
    assert [one.cameras[0].name for one in told[1:]] == ["Gate", "Door"]
    assert told[1].version < told[2].version


def test_it_is_told_again_when_the_broker_has_forgotten(
    migrated: MariaDb, engine: Engine, tmp_path: Path, start_bus: Callable[[Bus], None]
) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    with Mosquitto(folder) as broker:
        settings = migrated.settings(data_dir=tmp_path, mqtt_port=broker.port, mqtt_base_topic=f"t{new_id()[-12:]}")
        bus = Bus(settings, "scribe", CLOCK)
        try:
            start_bus(bus)
            cameras = Cameras(engine, bus, CLOCK)
            assert cameras.look()
            broker.stop()
            wait_until(lambda: not bus.connected(), "the loss")
            (folder / "mosquitto.db").unlink(missing_ok=True)
            broker.start()
            wait_until(bus.listening, "the broker's return")
            with Ear(settings, [ConfigCameras]) as ear:
                assert cameras.look()
                ear.wait(ConfigCameras)
        finally:
            bus.stop()


def test_what_could_not_be_told_is_told_later(
    engine: Engine, house: Settings, start_bus: Callable[[Bus], None]
) -> None:
    bus = Bus(house, "scribe", CLOCK)
    cameras = Cameras(engine, bus, CLOCK)
    with pytest.raises(BusAway):
        cameras.look()
    try:
        start_bus(bus)
        assert cameras.look()
    finally:
        bus.stop()


def test_every_label_is_told_as_null(engine: Engine) -> None:
    with engine.begin() as connection:
        camera_id = camera.register(connection, "Back Yard", NOON)
        found = camera.find(connection, camera_id)
    assert found
    assert for_flows(found, [], {}).labels is None


def test_a_camera_that_no_message_can_carry_keeps_no_other_from_being_told(
    cameras: Cameras, engine: Engine, house: Settings
) -> None:
    change(engine, alert_labels=["", "person"])
    with engine.begin() as connection:
        camera.register(connection, "Back Yard", NOON)
    with Ear(house, [ConfigCameras]) as ear:
        assert cameras.look()
        (told,) = ear.wait(ConfigCameras)
    assert [one.id for one in told.cameras] == ["back-yard"]
