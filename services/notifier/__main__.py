"""`python -m services.notifier`: decides on alert requests and delivers alerts."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from services.core import mute
from services.core.alert_messages import AlertRequest
from services.core.bus import Bus
from services.core.media import Media
from services.core.service import Service, main
from services.core.settings import Settings
from services.core.zone import zone_of
from services.lead.lead import alone
from services.notifier.channels.email import channels
from services.notifier.channels.opening import OPENERS, Opening
from services.notifier.decider import Decider
from services.notifier.lanes import Lanes
from services.notifier.post import Post
from services.notifier.rules import Policy
from services.notifier.sender import CLAIM, Sender, take_over
from services.notifier.steward import Steward
from services.notifier.summaries import Summaries
from services.notifier.telegram.office import open_office
from services.store.engine import Away, Misfit, connect, reachable

CONNECTIONS = 10


def policy(settings: Settings) -> Policy:
    """What the settings say about when to tell."""
    return Policy(
        timedelta(seconds=settings.alert_cooldown_s),
        timedelta(seconds=settings.alert_max_age_s),
        zone_of(settings.time_zone),
        settings.alert_chatter,
    )


def mute_link(settings: Settings) -> Callable[[str, datetime], str] | None:
    """Makes the address where a person can be muted; None without a secret to sign it with, or with an empty one."""
    secret = settings.mute_secret.get_secret_value() if settings.mute_secret else ""
    if not secret:
        return None
    return lambda person_id, now: mute.link(settings.gallery_url, secret, person_id, now)


def run(service: Service) -> None:
    """Serves until told to stop."""
    settings, clock, health = service.settings, service.clock, service.health
    engine = connect(settings, CONNECTIONS)
    house, rules = channels(settings), policy(settings)
    bus = Bus(settings, "notifier", clock, passing=Away, misfits=Misfit, lone=True)
    office = open_office(settings, engine, clock, rules.zone, bus.ring)
    opening = Opening(settings, {**OPENERS, **office.openers})
    post = Post(Media(settings.media), house, opening.open, settings.gallery_url, mute_link(settings), rules.zone)

    def sender(lane: str, kinds: Sequence[str]) -> Sender:
        return Sender(engine, clock, post, f"{settings.instance}/{lane}"[-64:], bus.ring, kinds)

    lanes = Lanes(sender)
    summaries = Summaries(engine, clock, rules.zone, settings.gallery_url)
    decider = Decider(engine, clock, rules, tuple(house), settings.gallery_url)
    release = partial(decider.release, lanes.wake, bus.ring)
    steward = Steward(engine, clock, summaries, lanes.wake, bus.ring, release)
    bus.subscribe(AlertRequest, lambda request: decider.handle(request, lanes.wake, bus.ring))
    bus.report(lambda: {**steward.counts(), **office.counts()})
    health.depends_on("database", reachable(engine))
    health.depends_on("broker", bus.listening)
    bus.start(health)
    take_over(engine, clock, bus.ring, service.stopping)
    lanes.start(service.stopping, lambda name: health.loop(name, limit_s=CLAIM.total_seconds()).beat)
    office.start(service.stopping, health)
    try:
        steward.keep_going(service.stopping, health.loop("steward", limit_s=120).beat)
    finally:
        lanes.join()
        office.stop()
        bus.stop()
        engine.dispose()


def in_turn(service: Service) -> None:
    """One notifier works at a time. Settings that are wrong are said at once, not only when its turn has come."""
    channels(service.settings)
    alone(run)(service)


if __name__ == "__main__":
    sys.exit(main("notifier", in_turn))
