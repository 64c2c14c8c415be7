"""Opens the reader and hands the rest to a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.messages import ImagePlates, WorkPlates
from services.core.service import Service
from services.look.claiming import Kind
from services.look.file import Picture
from services.look.serving import Pool
from services.look.serving import serve as work_on
from services.plates import metrics
from services.plates.looking import look
from services.plates.plate import PlateReader
from services.plates.recorder import SRC, Recorder
from services.plates.settling import Judge
from services.store import plate_look, plate_read
from services.store.plate_look import Job
from services.store.plate_read import Outcome

OpenReader = Callable[[Service, Engine], PlateReader]


def serve(service: Service, open_reader: OpenReader) -> None:
    """Works until the service stops."""
    settings, clock = service.settings, service.clock
    judge = Judge(settings.plates_distance)

    def looker(engine: Engine) -> Callable[[Picture[Job]], Outcome]:
        return partial(look, open_reader(service, engine), clock)

    def writer(engine: Engine, bus: Bus, worker: str) -> Callable[[Outcome], object]:
        return Recorder(engine, bus, clock, worker, judge).write

    pool: Pool[Job, Outcome] = Pool(
        WorkPlates,
        kind=kind(clock),
        looker=looker,
        writer=writer,
        timeout_s=settings.plates_timeout_s,
        count=plate_look.pending,
        gauge=metrics.pending,
    )
    work_on(service, pool)


def kind(clock: Clock) -> Kind[Job]:
    """The plates service's queue, its counts and its bells."""

    def bells(connection: Connection, image_ids: Sequence[str]) -> list[ImagePlates]:
        return [one.message(clock, SRC) for one in plate_read.told(connection, image_ids)]

    return Kind(plate_look, metrics, bells)
