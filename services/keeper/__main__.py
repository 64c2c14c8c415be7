"""`python -m services.keeper`: rings again, takes back, closes what has gone, deletes what was let go."""

import sys
import threading
from datetime import timedelta

from services.core.bus import Bus
from services.core.media import Media
from services.core.messages import ChoreNightly, ServiceStatus
from services.core.service import Service, main
from services.core.settings import Settings
from services.keeper.ageing import Ageing
from services.keeper.bells import Bells
from services.keeper.claims import Claims
from services.keeper.departures import Departures
from services.keeper.disk import DiskWatch, Watched
from services.keeper.figures import Figures
from services.keeper.nightly import Nightly
from services.keeper.plate_bells import PlateBells
from services.keeper.pulls import Pulls
from services.keeper.recordings import Keeping, Recordings
from services.keeper.removals import Removals
from services.keeper.roll_call import RollCall
from services.keeper.rounds import Rounds
from services.keeper.sweeper import Sweeper
from services.keeper.trigger_bells import TriggerBells
from services.lead.lead import alone
from services.store import plate_look, retention
from services.store.engine import Away, Misfit, connect, reachable


def run(service: Service) -> None:
    """Wires the parts and works until the service stops."""
    settings, clock, health = service.settings, service.clock, service.health
    engine, media = connect(settings), Media(settings.media)
    bus = Bus(settings, "keeper", clock, passing=Away, misfits=Misfit, lone=True)
    bells, figures = Bells(engine, bus, clock), Figures(engine, clock)
    ageing = Ageing(engine, clock, retention.ages(settings), retention.AT_ONCE)
    nightly = Nightly(engine, media, clock, ageing)
    plates, triggers = PlateBells(bells, engine, bus, clock), TriggerBells(bells, engine, clock)
    pulls = Pulls(bells, engine, bus, clock)
    rounds = Rounds(
        {
            "claims": Claims(engine, clock, bells.ring_failed).take_back,
            "plans": bells.ring_for_plans,
            "detectors": bells.nudge_detectors,
            "verdicts": bells.ring_for_verdicts,
            "sightings": Departures(engine, bus, clock).close,
            "departures": bells.ring_for_departures,
            "happenings": bells.ring_for_happenings,
            "plate claims": Claims(engine, clock, plates.ring_failed, plate_look).take_back,
            "plate looks": plates.nudge_readers,
            "plate verdicts": plates.ring_for_verdicts,
            "triggers": triggers.ring_for_events,
            "arrivals": triggers.ring_for_arrivals,
            "overdue pulls": pulls.end_overdue,
            "pulls": pulls.ring_for_waiting,
            "removals": Removals(engine, clock).carry_out,
            "recordings": Recordings(engine, clock, media, _keeping(settings)).tidy,
            "garbage": Sweeper(engine, media, clock).sweep,
            "disk": DiskWatch(engine, bus, clock, Watched(settings.media, settings.disk_low_percent)).look,
            "figures": figures.refresh,
        }
    )
    health.depends_on("database", reachable(engine))
    health.depends_on("broker", bus.listening)
    bus.subscribe(ChoreNightly, nightly.ask)
    roll = RollCall(clock)
    bus.subscribe(ServiceStatus, roll.hear)
    bus.report(figures.told)
    bus.start(health)
    tidying = (service.stopping, health.loop("nightly", limit_s=300).beat)
    threading.Thread(target=nightly.keep_tidy, args=tidying, name="nightly", daemon=True).start()
    _watch(service, roll, bus)
    try:
        rounds.keep_going(service.stopping, health.loop("rounds", limit_s=300).beat)
    finally:
        bus.stop()
        engine.dispose()


def _keeping(settings: Settings) -> Keeping:
    days = (settings.keep_segments_days, settings.keep_clips_days)
    segments, clips = (timedelta(days=one) if one else None for one in days)
    return Keeping(segments, clips, settings.recordings_room_percent)


def _watch(service: Service, roll: RollCall, bus: Bus) -> None:
    if not service.settings.watchdog_url:
        return
    # Not at the top: an HTTP client takes 4 MB, and few people have a watchdog.
    from services.keeper.watchdog import open_watchdog  # noqa: PLC0415

    def wrong() -> list[str]:
        if not bus.listening():
            roll.begin_anew()
        ill = [f"keeper: {name} is away or hangs" for name, well in service.health.ready().items() if not well]
        return [*ill, *(f"{name} is not running" for name in roll.missing())]

    watchdog = open_watchdog(service.settings, wrong, service.clock)
    if watchdog is not None:
        looking = (service.stopping, service.health.loop("watchdog", limit_s=120).beat)
        threading.Thread(target=watchdog.keep_looking, args=looking, name="watchdog", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main("keeper", alone(run)))
