"""`python -m services.ftp`: the wiring of what takes in by FTP."""

import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from pyftpdlib.ioloop import IOLoop

from services.core.bus import Bus
from services.core.media import FileSystemFlush, Media
from services.core.messages import ConfigChanged
from services.core.rate import RateLimit
from services.core.service import Service, main
from services.core.spool import SpoolReader, SpoolWriter
from services.core.zone import zone_of
from services.ftp import metrics
from services.ftp.answers import Answers
from services.ftp.door import Door
from services.ftp.enrolling import Enrolling
from services.ftp.greeting import House
from services.ftp.lockout import Lockout
from services.ftp.records import writers
from services.ftp.sweeping import Sweeping
from services.ftp.taking import Taking
from services.ftp.users import Users
from services.ftp.watching import Watching, folders
from services.intake.acceptor import Acceptor
from services.intake.allow import AllowList
from services.intake.desk import Desk
from services.intake.drain import Drain
from services.intake.draining import Draining
from services.intake.opening import prepare
from services.store.engine import connect

THREADS = 32
# Of Python's 5 ms, a camera would wait several times for each picture while others' are being taken.
TURN_S = 0.0005
Loop = Callable[[threading.Event, Callable[[], None]], None]


def run(service: Service) -> None:
    """Serves until told to stop."""
    sys.setswitchinterval(TURN_S)
    settings, clock = service.settings, service.clock
    folder = settings.spool / "ftp"
    media = prepare(settings, "ftp")
    bus = Bus(settings, "ftp", clock, durable=False)
    engine = connect(settings, pool_size=2)
    reader = SpoolReader(folder)
    draining = Draining(Drain(reader, Media(settings.media), engine, clock, bus.ring, writers(clock)).drain)
    desk = Desk(Acceptor(media, SpoolWriter(folder), FileSystemFlush(settings.media), clock, committed=draining.ring))
    users, lockout = Users(folder), Lockout(clock, settings.ftp_lock_tries, settings.ftp_lock_minutes * 60)
    enrolling = Enrolling(engine, users)
    taking = Taking(desk, clock, zone_of(settings.time_zone))
    loop = IOLoop()
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="taking")
    house = House(
        users,
        taking,
        folder / "whole",
        pool,
        Answers(loop),
        clock,
        AllowList(settings.ftp_allow),
        lockout,
        RateLimit(clock, settings.ftp_max_rate),
        settings.ftp_max_connections,
    )
    door = Door(settings, house, loop, folder)
    bus.subscribe(ConfigChanged, enrolling.changed)
    bus.report(lambda: _figures(reader, lockout, draining))
    service.health.depends_on("broker", bus.listening)
    metrics.spool_depth.set_function(lambda: float(SpoolReader(folder).depth()))
    bus.start(service.health)
    threads = [
        _start(service, name, work)
        for name, work in (
            ("desk", desk.work),
            ("drain", draining.work),
            ("users", enrolling.work),
            ("folders", Watching(folders(settings, taking.take, clock)).work),
            ("sweep", Sweeping(folder / "incoming", clock, settings.ftp_resume_minutes * 60).work),
        )
    ]
    door.work(service.stopping, service.health.loop("door").beat)
    enrolling.end()
    draining.ring()
    pool.shutdown()
    for thread in threads:
        thread.join(10)
    door.close()
    bus.stop()


def _start(service: Service, name: str, work: Loop) -> threading.Thread:
    beat = service.health.loop(name, limit_s=60).beat
    thread = threading.Thread(target=work, args=(service.stopping, beat), name=name, daemon=True)
    thread.start()
    return thread


def _figures(reader: SpoolReader, lockout: Lockout, draining: Draining) -> Mapping[str, float]:
    return {
        "taken": metrics.total(metrics.taken),
        "refused": metrics.total(metrics.refused),
        "locked_out": float(lockout.count()),
        "spool_bytes": float(reader.depth()),
        "database_away": float(draining.is_away),
    }


if __name__ == "__main__":
    sys.exit(main("ftp", run))
