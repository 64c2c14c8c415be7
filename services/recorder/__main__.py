"""`python -m services.recorder`: records streams, looks for motion in them, cuts clips. One instance works."""

import sys
import threading
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.health import Health
from services.core.media import FileSystemFlush, Media
from services.core.messages import EventNew, SightingArrived, SightingDeparted
from services.core.recording_messages import WorkClip
from services.core.rolls import rolls_of
from services.core.service import Service, main
from services.core.spool import SpoolReader, SpoolWriter
from services.intake.acceptor import Acceptor, Note
from services.intake.desk import Desk
from services.intake.drain import Drain
from services.intake.draining import Draining
from services.intake.opening import prepare
from services.lead.lead import alone
from services.recorder import writing
from services.recorder.cutting import Cutter
from services.recorder.leftovers import Leftovers
from services.recorder.motion_folder import MotionFolder, Source
from services.recorder.previews import Previews
from services.recorder.reaches import Reaches
from services.recorder.recording import Manner, Recording
from services.recorder.room import Room
from services.recorder.roster import Roster, Watch
from services.recorder.shelf import Shelf
from services.recorder.steward import Steward
from services.recorder.wishes import Wishes
from services.store.engine import Away, Misfit, connect, reachable
from services.store.stream import Stream

NAME = "recorder"


def run(service: Service) -> None:
    """Wires the parts and works until the service stops."""
    settings, clock, health = service.settings, service.clock, service.health
    media, engine = prepare(settings, NAME), connect(settings, pool_size=2)
    bus = Bus(settings, NAME, clock, passing=Away, misfits=Misfit, lone=True)
    reaches = Reaches(engine, bus.ring, clock)
    intake = _open_intake(service, media, engine, bus)
    limit = settings.recorder_pause_percent
    room = Room(settings.media, limit, clock, lambda record: intake.desk.hand_in(Note(record)))
    shelf = Shelf(media, clock, intake.desk.hand_in)
    roster = _roster(service, shelf, room, reaches, engine, intake.desk)
    bus.report(_figures(roster, reaches))
    health.depends_on("broker", bus.listening)
    health.depends_on("database", reachable(engine))
    wishes = _hear(service, bus, engine, roster, room)
    intake.start(health)
    bus.start(health)
    cutter = Cutter(engine, media, bus.ring, clock, f"{NAME}-{settings.instance}", roster.growing)
    start("clips", cutter.work, service.stopping, health.loop("clips", limit_s=600).beat, wishes.go_on)
    _start_the_rest(service, media, engine, bus, intake.desk)
    try:
        steward = Steward(engine, roster, reaches, room, Leftovers(engine, shelf, clock))
        steward.work(service.stopping, health.loop("steward", limit_s=120).beat)
    finally:
        roster.end()
        intake.end()
        bus.stop()
        engine.dispose()


def _start_the_rest(service: Service, media: Media, engine: Engine, bus: Bus, desk: Desk) -> None:
    settings, clock, health = service.settings, service.clock, service.health
    if settings.recorder_previews != "none":
        share, before = settings.recorder_preview_percent / 100, rolls_of(settings).before
        previews = Previews(engine, media, clock, share, settings.recorder_previews, before)
        start("previews", previews.work, service.stopping, health.loop("previews", limit_s=600).beat)
    if settings.motion_log and settings.motion_folder:
        source = Source(settings.motion_log, settings.motion_folder, settings.spool / NAME)
        motion = MotionFolder(engine, media, clock, source, desk.hand_in, bus.ring)
        start("motion", motion.work, service.stopping, health.loop("motion", limit_s=300).beat)


class Intake:
    """The desk and the drain. They go on until what the recordings file at their end has its record."""

    def __init__(self, desk: Desk, draining: Draining) -> None:
        self.desk = desk
        self._draining = draining
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, health: Health) -> None:
        """Both, each in a thread."""
        beats = health.loop("desk").beat, health.loop("drain", limit_s=120).beat
        for name, work, beat in zip(("desk", "drain"), (self.desk.work, self._draining.work), beats, strict=True):
            self._threads.append(start(name, work, self._ending, beat))

    def end(self) -> None:
        """Waits until all that was handed in is durable."""
        self._ending.set()
        self._draining.ring()
        for thread in self._threads:
            thread.join()


def _open_intake(service: Service, media: Media, engine: Engine, bus: Bus) -> Intake:
    settings, clock = service.settings, service.clock
    spool = settings.spool / NAME
    drain = Drain(SpoolReader(spool), media, engine, clock, bus.ring, {"segment": writing.writer(clock)})
    draining = Draining(drain.drain)
    flush = FileSystemFlush(settings.media)
    return Intake(Desk(Acceptor(media, SpoolWriter(spool), flush, clock, committed=draining.ring)), draining)


def _roster(service: Service, shelf: Shelf, room: Room, reaches: Reaches, engine: Engine, desk: Desk) -> Roster:
    settings, clock = service.settings, service.clock
    manner = Manner(
        settings.recorder_segment_s, settings.recorder_stall_s, settings.recorder_options, settings.recorder_live
    )

    def record(stream: Stream) -> Recording:
        return Recording(stream, shelf, clock, manner, room.is_there, reaches.say)

    return Roster(record, _watch(service, engine, desk, reaches))


def _hear(service: Service, bus: Bus, engine: Engine, roster: Roster, room: Room) -> Wishes:
    rolls = rolls_of(service.settings)
    wishes = Wishes(engine, service.clock, rolls, roster.recorded, room.is_there)
    bus.subscribe(EventNew, wishes.motion)
    bus.subscribe(SightingArrived, wishes.arrived)
    bus.subscribe(SightingDeparted, wishes.departed)
    bus.subscribe(WorkClip, wishes.asked)
    return wishes


def start(name: str, work: Callable[..., None], *given: object) -> threading.Thread:
    """A thread that ends with the process."""
    thread = threading.Thread(target=work, args=given, name=name, daemon=True)
    thread.start()
    return thread


def _figures(roster: Roster, reaches: Reaches) -> Callable[[], Mapping[str, float]]:
    def told() -> dict[str, float]:
        streams, well = reaches.known(), reaches.well()
        cost = round(roster.cost_percent(), 1)
        return {"streams": streams, "streams_well": well, "watch_cpu_percent": cost}

    return told


def _watch(service: Service, engine: Engine, desk: Desk, reaches: Reaches) -> Callable[[Stream], Watch]:
    def watch(stream: Stream) -> Watch:
        # Not at the top: where nothing is watched, 40 MB of picture libraries are not needed.
        from services.recorder.opening import open_watch  # noqa: PLC0415

        say = (lambda *_: None) if stream.records else reaches.say
        return open_watch(stream, service.settings, service.clock, engine, desk.hand_in, say)

    return watch


if __name__ == "__main__":
    sys.exit(main(NAME, alone(run)))
