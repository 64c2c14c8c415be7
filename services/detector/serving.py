"""Puts a detector's parts together and runs them to their end."""

from __future__ import annotations

import threading
from collections.abc import Callable

from services.core.bus import Bus
from services.core.logging import get
from services.core.media import Media
from services.core.messages import WorkDetect
from services.core.service import Service
from services.core.settings import SettingError
from services.detector.claiming import Claims
from services.detector.gauge import Depth
from services.detector.plugin import Detector
from services.detector.recorder import Recorder
from services.detector.worker import Tools, Worker
from services.store.engine import Away, Misfit, connect, reachable, reason

POOL = "detector"
RETRY_S = 1.0
log = get(__name__)


def serve(
    service: Service, open_model: Callable[[Service], Detector], unusable: tuple[type[Exception], ...] = ()
) -> None:
    """Opens the model, then works until the service stops. Raises `SettingError` when the model is unusable."""
    settings, clock, health = service.settings, service.clock, service.health
    try:
        detector = open_model(service)
        detector.warmup()
    except unusable as problem:
        raise SettingError(f"HEARTHWATCH_DETECTOR_MODEL, HEARTHWATCH_MODEL_DIR: {problem}") from problem
    log.info("model_opened", model=detector.name, version=detector.version, threads=settings.detector_threads)
    engine = connect(settings)
    bus = Bus(settings, "detector", clock, passing=Away, misfits=Misfit)
    claims = Claims(engine, bus, clock, settings.instance, settings.detector_timeout_s)
    recorder = Recorder(engine, bus, clock, claims.worker)
    tools = Tools(claims, recorder, detector, Media(settings.media), clock, health)
    worker = Worker(tools, settings.detector_timeout_s, service.stopping)
    depth = Depth(engine, clock)
    health.depends_on("database", reachable(engine))
    health.depends_on("broker", bus.connected)
    bus.subscribe(WorkDetect, worker.rung, pool=POOL)
    bus.report(depth.figures)
    bus.start(health)
    beat = health.loop("depth", limit_s=120).beat
    threading.Thread(target=depth.keep_fresh, args=(service.stopping, beat), name="depth", daemon=True).start()
    try:
        _resume(claims, service)
        worker.run()
    finally:
        bus.stop()
        detector.close()
        engine.dispose()


def _resume(claims: Claims, service: Service) -> None:
    while not service.stopping.is_set():
        try:
            claims.resume()
        except Away as error:
            log.warning("database_away", error=reason(error))
            service.stopping.wait(RETRY_S)
        else:
            return
