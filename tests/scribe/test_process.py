"""The scribe as a process."""

import signal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.answer_messages import AnswerPlates, AskPlates
from services.core.clock import SystemClock
from services.core.device_messages import ConfigDevices, DeviceHeartbeat, DeviceTrigger
from services.core.ids import new_id
from services.core.media import Media
from services.core.messages import ConfigCameras, EventNew, EventReport, ServiceStatus, WorkKeep
from services.core.rule_messages import ConfigLinks, LinkVerdict, OutputSet, TriggerRuling, TriggerVerdict
from services.core.settings import Settings
from services.store import command, device, link, ruling, service
from services.store.device import Described
from services.store.link import Link
from services.store.ruling import Chosen
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


PIR: dict[str, Any] = {"kind": "device", "id": "pir", "moment": "trigger"}
PIR |= dict.fromkeys(("labels", "zones", "standings", "plates", "details"))
SIREN = {"kind": "switch", "id": "siren", "on": True, "seconds": None, "text": None, "people": None}
RULE = Link(new_id(), "Siren", True, [PIR], None, None, None, [SIREN], NOON)


def furnish(engine: Engine) -> None:
    """A sensor without a latch, a siren and the rule between them."""
    with engine.begin() as connection:
        for name, is_output in (("pir", False), ("siren", True)):
            device.register(connection, name, Described(name, "thing", None, not is_output, is_output), CLOCK.now())
        device.change(connection, "pir", latch_s=0)
        link.add(connection, RULE)


def device_trigger() -> DeviceTrigger:
    nothing = dict.fromkeys(("detail", "value", "happened_at"))
    return DeviceTrigger.make(CLOCK, "pir", device_id="pir", active=True, **nothing)


def verdict(about: EventNew) -> TriggerVerdict:
    """What Node-RED says of it."""
    asked = {"link_id": RULE.id, "name": RULE.name, "act": True, "reasons": ["armed"], "places": [0], "within_s": None}
    wanted = LinkVerdict.model_validate(asked | {"actions": RULE.actions})
    key = {"source": "event", "trigger_id": about.event_id, "device_id": about.device_id, "camera_id": None}
    rest = {"said": "pir: motion", "moment": "trigger", "wants": True, "triggered_at": about.happened_at}
    return TriggerVerdict.make(CLOCK, "nodered", **key, **rest, reasons=["1 rule listens to pir"], links=[wanted])


def test_each_trigger_is_ruled_on_and_ordered_once_although_scribe_is_killed(engine: Engine, house: Settings) -> None:
    furnish(engine)
    sent = [device_trigger() for _ in range(40)]
    with Ear(house, [ConfigLinks, EventNew, OutputSet, TriggerRuling]) as ear:
        with process(house, "services.scribe") as child:
            ear.wait(ConfigLinks)
            ear.say(*sent)
            told = {one.event_id: one for one in ear.wait(EventNew, len(sent))}
            ear.say(*(verdict(one) for one in told.values()))
            ear.wait(TriggerRuling)
            child.kill()
        with process(house, "services.scribe"):
            ear.say(*(verdict(one) for one in told.values()))
            wait_until(lambda: len({one.id for one in ear.heard(OutputSet)}) == len(sent), "every order")
            wait_until(lambda: not due(engine), "every order to be noted as sent")
    with engine.connect() as connection:
        made = ruling.older(connection, Chosen(), None, 100)
        orders = command.of_triggers(connection, [("event", one.id) for one in sent])
    assert {one.trigger_id for one in made} == set(told) == {one.id for one in sent}
    assert [len(each) for each in orders.values()] == [1] * len(sent)


def due(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(command.due(connection, 1))
