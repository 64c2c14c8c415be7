"""`python -m services.scribe`: events into rows, rows into retained config."""

import sys

from services.core.bus import Bus
from services.core.messages import AskObjects, AskPlates, ConfigChanged, EventReport, ServiceStatus, WorkKeep
from services.core.service import Service, main
from services.scribe.answers import Answers
from services.scribe.cameras import Cameras
from services.scribe.plans import Plans
from services.scribe.reports import Reports
from services.scribe.statuses import Statuses
from services.store.engine import Away, Misfit, connect, reachable


def run(service: Service) -> None:
    """Wires the parts and works until the service stops."""
    settings, clock, health = service.settings, service.clock, service.health
    engine = connect(settings)
    bus = Bus(settings, "scribe", clock, passing=Away, misfits=Misfit)
    cameras = Cameras(engine, bus, clock)
    answers = Answers(engine, bus, clock)
    bus.subscribe(EventReport, Reports(engine, bus, clock).take)
    bus.subscribe(WorkKeep, Plans(engine, clock).keep)
    bus.subscribe(ServiceStatus, Statuses(engine, clock).take)
    bus.subscribe(ConfigChanged, cameras.changed)
    bus.subscribe(AskObjects, answers.objects)
    bus.subscribe(AskPlates, answers.plates)
    health.depends_on("database", reachable(engine))
    health.depends_on("broker", bus.connected)
    bus.start(health)
    try:
        cameras.keep_told(service.stopping, health.loop("config", limit_s=120).beat)
    finally:
        bus.stop()
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main("scribe", run))
