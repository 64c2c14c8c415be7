"""`python -m services.snapshot`: pulls pictures of cameras by their addresses. One on each machine: it has a spool."""

import sys
import threading
from collections.abc import Callable

from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.media import FileSystemFlush
from services.core.messages import ConfigChanged
from services.core.service import Service, main
from services.core.snapshot_messages import WorkSnapshot
from services.core.spool import SpoolReader, SpoolWriter
from services.intake.acceptor import Acceptor
from services.intake.desk import Desk
from services.intake.drain import Drain
from services.intake.draining import Draining
from services.intake.opening import prepare
from services.snapshot.dispatch import Dispatch
from services.snapshot.ending import KIND, Endings, Rows
from services.snapshot.pulling import Puller
from services.snapshot.trying import Trying
from services.store.engine import Away, Misfit, connect, reachable

NAME = "snapshot"
LATE_S = 120.0


def run(service: Service) -> None:
    """Wires the parts and works until the service stops."""
    settings, clock, health = service.settings, service.clock, service.health
    media, spool = prepare(settings, NAME), settings.spool / NAME
    engine = connect(settings, pool_size=2)
    bus = Bus(settings, NAME, clock, passing=Away, misfits=Misfit)
    reader = SpoolReader(spool)
    draining = Draining(Drain(reader, media, engine, clock, bus.ring, more={KIND: Rows(clock).write}).drain)
    flush = FileSystemFlush(settings.media)
    desk = Desk(Acceptor(media, SpoolWriter(spool), flush, clock, committed=draining.ring))
    puller = Puller(clock, settings.snapshot_max_bytes, settings.snapshot_stale_after, service.stopping.wait)
    dispatch = Dispatch(engine, clock, puller.pull, Endings(desk, clock).finish, settings.snapshot_interval_s)
    health.depends_on("database", reachable(engine))
    health.depends_on("broker", bus.listening)
    bus.subscribe(WorkSnapshot, dispatch.rung, pool=NAME)
    trying = Trying(engine, clock)
    bus.subscribe(ConfigChanged, trying.changed)
    bus.report(lambda: {"spool_bytes": float(reader.depth()), "database_away": float(draining.is_away)})
    bus.start(health)
    # The desk and the drain end after what is under way: it still hands in what came of it.
    ended = threading.Event()
    loops = {"desk": desk.work, "drain": draining.work, "try": trying.work}
    lines = [_beside(service, name, loop, ended) for name, loop in loops.items()]
    try:
        dispatch.work(service.stopping, health.loop("pull", limit_s=LATE_S).beat, settings.snapshot_threads)
    finally:
        _end(ended, lines, bus, engine)


def _beside(
    service: Service, name: str, loop: Callable[[threading.Event, Callable[[], None]], None], ended: threading.Event
) -> threading.Thread:
    beat = service.health.loop(name, limit_s=LATE_S).beat
    thread = threading.Thread(target=loop, args=(ended, beat), name=name, daemon=True)
    thread.start()
    return thread


def _end(ended: threading.Event, lines: list[threading.Thread], bus: Bus, engine: Engine) -> None:
    ended.set()
    for thread in lines:
        thread.join(5)
    bus.stop()
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main(NAME, run))
