"""The scribe as a process."""

import signal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.clock import SystemClock
from services.core.device_messages import ConfigDevices, DeviceHeartbeat
from services.core.media import Media
from services.core.messages import (
    AnswerPlates,
    AskPlates,
    ConfigCameras,
    EventNew,
    EventReport,
    ServiceStatus,
    WorkKeep,
)
from services.core.settings import Settings
from services.store import service
from tests.ear import Ear
from tests.peers import wait_until
from tests.pictures import NOON, Album
from tests.processes import process

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = SystemClock()


def states(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [f"{one.name} {one.state}" for one in service.all_services(connection)]


def test_it_writes_down_and_tells_by_itself_and_stops_when_told(
    engine: Engine, house: Settings, tmp_path: Path
) -> None:
    album = Album(engine, Media(tmp_path))
    image_id = album.add()
    with (
        Ear(house, [AnswerPlates, ConfigCameras, EventNew, ServiceStatus]) as ear,
        process(house, "services.scribe") as child,
    ):
        assert [one.id for one in ear.wait(ConfigCameras)[0].cameras] == ["front-door"]
        ear.say(
            WorkKeep.make(CLOCK, "nodered", image_id=image_id, camera_id="front-door", reasons=["its plan"]),
            EventReport.make(
                CLOCK,
                "nodered",
                kind="camera_silent",
                camera_id="front-door",
                node_id=None,
                detail="silent",
                happened_at=NOON,
            ),
        )
        assert ear.wait(EventNew)[0].kind == "camera_silent"
        ear.say(AskPlates.make(CLOCK, "nodered", name="holiday.jpg"))
        assert ear.wait(AnswerPlates)[0].state == "unknown"
        wait_until(lambda: album.get(image_id).state == "kept", "the plan")
        wait_until(lambda: "scribe online" in states(engine), "its own state")
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0


def test_a_device_that_speaks_is_told_to_flows(engine: Engine, house: Settings) -> None:
    said = {"called": "Door", "kind": "contact", "location": None, "is_input": True, "is_output": False}
    with Ear(house, [ConfigDevices, EventNew]) as ear, process(house, "services.scribe") as child:
        assert ear.wait(ConfigDevices)[0].devices == []
        ear.say(DeviceHeartbeat.make(CLOCK, "door", device_id="door", **said))
        assert [one.id for one in ear.wait(ConfigDevices, 2)[1].devices] == ["door"]
        assert ear.wait(EventNew)[0].kind == "device_new"
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
