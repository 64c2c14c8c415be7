"""Opens the model and hands the rest to a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ImageDetected, WorkDetect
from services.core.service import Service
from services.core.settings import SettingError
from services.detector import metrics
from services.detector.looking import look
from services.detector.plugin import Detector
from services.detector.recorder import Recorder
from services.detector.remote import open_remote
from services.look.claiming import Kind
from services.look.serving import Pool
from services.look.serving import serve as work_on
from services.store import backlog, detection, work
from services.store.detection import Outcome
from services.store.work import Job

log = get(__name__)


def serve(
    service: Service, open_model: Callable[[Service], Detector], unusable: tuple[type[Exception], ...] = ()
) -> None:
    """Opens the model, then works until the service stops. Raises `SettingError` when the model is unusable."""
    settings, clock = service.settings, service.clock
    try:
        detector = open_model(service)
        detector.warmup()
    except unusable as problem:
        raise SettingError(f"HEARTHWATCH_DETECTOR_MODEL, HEARTHWATCH_MODEL_DIR: {problem}") from problem
    log.info("model_opened", model=detector.name, version=detector.version, threads=settings.detector_threads)
    pool: Pool[Job, Outcome] = Pool(
        WorkDetect,
        kind=kind(clock),
        looker=lambda engine: partial(look, detector, clock, remote=open_remote(settings, engine, clock)),
        writer=lambda engine, bus, worker: _writer(engine, bus, clock, worker),
        timeout_s=settings.detector_timeout_s,
        count=lambda connection, now: backlog.for_detector(connection, now).count,
        gauge=metrics.pending,
    )
    try:
        work_on(service, pool)
    finally:
        detector.close()


def kind(clock: Clock) -> Kind[Job]:
    """The detector's queue, its counts and its bells."""

    def bells(connection: Connection, image_ids: Sequence[str]) -> list[ImageDetected]:
        return [one.message(clock, "detector") for one in detection.outcomes(connection, image_ids)]

    return Kind(work, metrics, bells)


def _writer(engine: Engine, bus: Bus, clock: Clock, worker: str) -> Callable[[Outcome], object]:
    return Recorder(engine, bus, clock, worker).write
