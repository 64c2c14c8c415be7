"""`python -m services.notifier`: decides on alert requests and delivers alerts."""

import sys
from datetime import timedelta

from services.core.bus import Bus
from services.core.media import Media
from services.core.messages import AlertRequest
from services.core.service import Service, main
from services.core.settings import Settings
from services.core.zone import zone_of
from services.notifier.decider import Decider
from services.notifier.email import channels
from services.notifier.rounds import Rounds
from services.notifier.rules import Policy
from services.notifier.sender import CLAIM, Sender
from services.store.engine import Away, Misfit, connect, reachable


def policy(settings: Settings) -> Policy:
    """What the settings say about when to tell."""
    return Policy(
        timedelta(seconds=settings.alert_cooldown_s),
        timedelta(seconds=settings.alert_max_age_s),
        zone_of(settings.time_zone),
    )


def run(service: Service) -> None:
    """Serves until told to stop."""
    settings, clock = service.settings, service.clock
    engine = connect(settings)
    ways = channels(settings)
    bus = Bus(settings, "notifier", clock, passing=Away, misfits=Misfit)
    sender = Sender(engine, clock, Media(settings.media), ways, settings.instance, bus.ring)
    rounds = Rounds(sender)
    decider = Decider(engine, clock, policy(settings), tuple(ways), settings.gallery_url)
    bus.subscribe(AlertRequest, lambda request: decider.handle(request, rounds.wake, bus.ring), pool="notifier")
    bus.report(sender.counts)
    service.health.depends_on("database", reachable(engine))
    service.health.depends_on("broker", bus.connected)
    bus.start(service.health)
    try:
        rounds.run(service.stopping, service.health.loop("sender", limit_s=CLAIM.total_seconds()).beat)
    finally:
        bus.stop()
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main("notifier", run))
