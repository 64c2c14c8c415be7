"""`python -m services.scribe`: events into rows, rows into retained config."""

import sys
import threading
from collections.abc import Callable

from sqlalchemy import Engine

from services.core.answer_messages import AskObjects, AskPlates
from services.core.bus import Bus
from services.core.clock import Clock
from services.core.device_messages import DeviceHeartbeat, DeviceReading, DeviceTrigger
from services.core.messages import ConfigChanged, EventReport, ServiceStatus, WorkKeep
from services.core.mode_messages import ModeSet, ScheduleState
from services.core.rolls import rolls_of
from services.core.rule_messages import OutputAsk, OutputState, TriggerVerdict
from services.core.service import Service, main
from services.core.settings import Settings
from services.lead.lead import alone
from services.scribe.answers import Answers
from services.scribe.cameras import Cameras
from services.scribe.commands import Commands
from services.scribe.device_config import DeviceConfigs
from services.scribe.device_watch import DeviceWatch
from services.scribe.devices import Devices
from services.scribe.entries import Entries
from services.scribe.escalations import Escalations
from services.scribe.forgetter import Forgetter
from services.scribe.link_config import LinkConfigs
from services.scribe.modes import Modes
from services.scribe.outputs import Outputs
from services.scribe.people import People
from services.scribe.plans import Plans
from services.scribe.reports import Reports
from services.scribe.rulings import Rulings
from services.scribe.schedules import Schedules
from services.scribe.states import States
from services.scribe.statuses import Statuses
from services.scribe.teller import Teller
from services.store.engine import Away, Misfit, connect, reachable

Loop = Callable[[threading.Event, Callable[[], None]], None]


def run(service: Service) -> None:
    """Wires the parts and works until the service stops."""
    settings, clock, health = service.settings, service.clock, service.health
    engine = connect(settings)
    bus = Bus(settings, "scribe", clock, passing=Away, misfits=Misfit, lone=True)
    cameras = Cameras(engine, bus, clock)
    bus.subscribe(ConfigChanged, cameras.changed)
    _listen(bus, engine, clock)
    loops = _wire_devices(bus, engine, clock) | _wire_rules(bus, engine, clock, settings)
    health.depends_on("database", reachable(engine))
    health.depends_on("broker", bus.listening)
    bus.start(health)
    for name, loop in loops.items():
        _beside(name, loop, service)
    try:
        cameras.keep_told(service.stopping, health.loop("config", limit_s=120).beat)
    finally:
        bus.stop()
        engine.dispose()


def _listen(bus: Bus, engine: Engine, clock: Clock) -> None:
    answers = Answers(engine, bus, clock)
    bus.subscribe(EventReport, Reports(engine, bus, clock).take)
    bus.subscribe(WorkKeep, Plans(engine, clock).keep)
    bus.subscribe(ServiceStatus, Statuses(engine, clock).take)
    bus.subscribe(AskObjects, answers.objects)
    bus.subscribe(AskPlates, answers.plates)


def _wire_devices(bus: Bus, engine: Engine, clock: Clock) -> dict[str, Loop]:
    configs, devices = DeviceConfigs(engine, bus, clock), Devices(engine, bus, clock)
    forgetter = Forgetter(engine, clock)
    bus.subscribe(ConfigChanged, configs.changed)
    bus.subscribe(ConfigChanged, forgetter.changed)
    bus.subscribe(DeviceHeartbeat, devices.heartbeat)
    bus.subscribe_many(DeviceTrigger, lambda triggers: devices.trigger(*triggers))
    bus.subscribe(DeviceReading, devices.reading)
    return {
        "config-devices": configs.keep_told,
        "devices-forgotten": forgetter.keep_looking,
        "devices-stale": DeviceWatch(engine, bus, clock).keep_looking,
        "states": States(engine, bus, clock).keep_told,
        "devices-escalating": Escalations(engine, bus, clock).keep_looking,
    }


def _wire_rules(bus: Bus, engine: Engine, clock: Clock, settings: Settings) -> dict[str, Loop]:
    modes, schedules = Modes(engine, bus, clock), Schedules(engine, bus, clock, settings)
    links, commands = LinkConfigs(engine, bus, clock), Commands(engine, bus, clock)
    outputs, rolls = Outputs(engine, bus, clock, commands), rolls_of(settings)
    loops: dict[str, Teller] = {
        "mode": modes,
        "config-people": People(engine, bus, clock),
        "config-schedules": schedules,
        "config-links": links,
        "commands": commands,
    }
    for teller in loops.values():
        bus.subscribe(ConfigChanged, teller.changed)
    bus.subscribe(ModeSet, modes.take)
    loops["entries"] = Entries(engine, bus, clock, [commands, modes], rolls)
    bus.subscribe_many(TriggerVerdict, Rulings(engine, bus, clock, commands, modes, rolls).take)
    bus.subscribe(OutputState, outputs.state)
    bus.subscribe(OutputAsk, outputs.ask)
    bus.subscribe(ScheduleState, outputs.schedule)
    return {name: teller.keep_told for name, teller in loops.items()}


def _beside(name: str, loop: Loop, service: Service) -> None:
    beat = service.health.loop(name, limit_s=120).beat
    threading.Thread(target=loop, args=(service.stopping, beat), name=name, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main("scribe", alone(run)))
