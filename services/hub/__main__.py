"""`python -m services.hub`: the wiring of the hub."""

import contextlib
import os
import resource
import sys
import threading

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import FileSystemFlush
from services.core.service import Service, main
from services.core.spool import SpoolReader, SpoolWriter
from services.hub import metrics
from services.hub.door import Door
from services.hub.drain_process import DrainProcess
from services.hub.event_log import EventLog
from services.hub.gate import DailyCap
from services.hub.hub import Hub
from services.hub.names import Names
from services.hub.pace import Pace
from services.hub.reader import Reader
from services.intake.acceptor import Acceptor
from services.intake.opening import prepare

FIGURES_EVERY_S = 5.0
NICENESS = -5
log = get(__name__)


def go_first() -> None:
    """Answers have a deadline: where it is permitted, the hub goes before whatever else keeps the machine busy."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)


def allow_many_files() -> None:
    """Each connection takes a descriptor: a thousand of them must not keep a picture from being written."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def tell_figures(drain: DrainProcess, stopping: threading.Event) -> None:
    """Tells the drain what the hub's status is to say."""
    while not stopping.wait(FIGURES_EVERY_S):
        drain.tell(
            {
                "images": metrics.total(metrics.stored),
                "late_replies": metrics.total(metrics.late_replies),
                "refused": metrics.total(metrics.refused),
            }
        )


def note_silence(log_file: EventLog, clock: Clock, patience_s: float, stopping: threading.Event) -> None:
    """Stock imagehub's line when nothing at all has come for a while."""
    before, since = -1.0, clock.monotonic()
    while not stopping.wait(patience_s / 10):
        count = metrics.total(metrics.received)
        if count != before:
            before, since = count, clock.monotonic()
        elif clock.monotonic() - since >= patience_s:
            log_file.write(f"No messages received for {patience_s / 60:g} minutes.")
            since = clock.monotonic()


def run(service: Service) -> None:
    """Serves until told to stop."""
    settings, clock = service.settings, service.clock
    allow_many_files()
    go_first()
    media = prepare(settings, "hub")
    pace = Pace()
    drain = DrainProcess(pace.is_busy)
    event_log = EventLog(settings.media / "logs", clock)
    spool = SpoolWriter(settings.spool / "hub")
    acceptor = Acceptor(media, spool, FileSystemFlush(settings.media), clock, committed=drain.ring)
    names = Names(settings.spool / "hub" / "names", settings.hub_max_names)
    cap = DailyCap(settings.media / "images", settings.hub_daily_cap)
    cap.prepare(clock.now().astimezone().date().isoformat())
    reader = Reader(settings, clock, acceptor.stamp, names, cap)
    door = Door(settings, clock, reader)
    hub = Hub(door, reader, acceptor, event_log, pace, clock, settings)
    metrics.spool_depth.set_function(lambda: float(SpoolReader(settings.spool / "hub").depth()))
    service.health.depends_on("drain", drain.alive)
    service.health.depends_on("disk", hub.disk_well)
    door.open()
    event_log.write("Starting imagehub.py")
    drain.start()
    for target, words in (
        (tell_figures, (drain,)),
        (note_silence, (event_log, clock, settings.hub_patience_minutes * 60)),
    ):
        threading.Thread(target=target, args=(*words, service.stopping), daemon=True).start()
    log.info("listening", host=settings.hub_host, port=settings.hub_port)
    hub.run(service.stopping, service.health.loop("hub"), service.health.loop("stand-in"))
    event_log.write("SIGTERM detected, shutting down")
    door.close()
    drain.stop()
    event_log.write("Exiting imagehub.py")
    event_log.close()


if __name__ == "__main__":
    sys.exit(main("hub", run))
