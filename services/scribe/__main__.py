"""`python -m services.scribe`: events into rows, rows into retained config."""

import sys
import threading
from collections.abc import Callable

from services.core.bus import Bus
from services.core.device_messages import DeviceHeartbeat, DeviceTrigger
from services.core.messages import AskObjects, AskPlates, ConfigChanged, EventReport, ServiceStatus, WorkKeep
from services.core.mode_messages import ModeSet
from services.core.service import Service, main
from services.scribe.answers import Answers
from services.scribe.cameras import Cameras
from services.scribe.device_config import DeviceConfigs
from services.scribe.device_watch import DeviceWatch
from services.scribe.devices import Devices
from services.scribe.modes import Modes
from services.scribe.people import People
from services.scribe.plans import Plans
from services.scribe.reports import Reports
from services.scribe.schedules import Schedules
from services.scribe.statuses import Statuses
from services.store.engine import Away, Misfit, connect, reachable


def run(service: Service) -> None:
    """Wires the parts and works until the service stops."""
    settings, clock, health = service.settings, service.clock, service.health
    engine = connect(settings)
    bus = Bus(settings, "scribe", clock, passing=Away, misfits=Misfit)
    cameras, device_configs = Cameras(engine, bus, clock), DeviceConfigs(engine, bus, clock)
    devices, watch = Devices(engine, bus, clock), DeviceWatch(engine, bus, clock)
    modes, schedules = Modes(engine, bus, clock), Schedules(engine, bus, clock, settings)
    people = People(engine, bus, clock)
    answers = Answers(engine, bus, clock)
    bus.subscribe(EventReport, Reports(engine, bus, clock).take)
    bus.subscribe(WorkKeep, Plans(engine, clock).keep)
    bus.subscribe(ServiceStatus, Statuses(engine, clock).take)
    for retained in (cameras, device_configs, modes, people, schedules):
        bus.subscribe(ConfigChanged, retained.changed)
    bus.subscribe(ModeSet, modes.take)
    bus.subscribe(DeviceHeartbeat, devices.heartbeat)
    bus.subscribe(DeviceTrigger, devices.trigger)
    bus.subscribe(AskObjects, answers.objects)
    bus.subscribe(AskPlates, answers.plates)
    health.depends_on("database", reachable(engine))
    health.depends_on("broker", bus.connected)
    bus.start(health)
    beside = {
        "config-devices": device_configs.keep_told,
        "mode": modes.keep_told,
        "config-people": people.keep_told,
        "config-schedules": schedules.keep_told,
        "devices-stale": watch.keep_looking,
    }
    for name, loop in beside.items():
        _beside(name, loop, service)
    try:
        cameras.keep_told(service.stopping, health.loop("config", limit_s=120).beat)
    finally:
        bus.stop()
        engine.dispose()


def _beside(name: str, loop: Callable[[threading.Event, Callable[[], None]], None], service: Service) -> None:
    beat = service.health.loop(name, limit_s=120).beat
    threading.Thread(target=loop, args=(service.stopping, beat), name=name, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main("scribe", run))
