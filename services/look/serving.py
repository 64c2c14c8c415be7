"""Puts a worker's parts together and runs them to their end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from prometheus_client import Gauge
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.logging import get
from services.core.media import Media
from services.core.messages import WorkDetect, WorkPlates
from services.core.service import Service
from services.look.claiming import Claims, Kind
from services.look.file import Picture
from services.look.gauge import Count, Depth
from services.look.job import Job
from services.look.worker import Outcome, Tools, Worker
from services.store.engine import Away, Misfit, connect, reachable, reason

RETRY_S = 1.0
log = get(__name__)
Bell = type[WorkDetect] | type[WorkPlates]


@dataclass(frozen=True)
class Pool(Generic[Job, Outcome]):
    """How one kind of look is served: what rings for it, what a look and its writing are, how long a look may take (s).

    `looker` makes the look, `writer` what puts its outcome down in the name of a worker. `count` says how many
    pictures wait at a moment, for `gauge`.
    """

    bell: Bell
    kind: Kind[Job]
    looker: Callable[[Engine], Callable[[Picture[Job]], Outcome]]
    writer: Callable[[Engine, Bus, str], Callable[[Outcome], object]]
    timeout_s: float
    count: Count
    gauge: Gauge


def serve(service: Service, pool: Pool[Job, Outcome]) -> None:
    """Works until the service stops."""
    settings, clock, health = service.settings, service.clock, service.health
    engine = connect(settings)
    bus = Bus(settings, service.name, clock, passing=Away, misfits=Misfit)
    claims = Claims(pool.kind, engine, bus, clock, settings.instance, pool.timeout_s)
    look, write = pool.looker(engine), pool.writer(engine, bus, claims.worker)
    tools = Tools(claims, look, write, pool.kind.counts, Media(settings.media), clock, health)
    worker = Worker(tools, pool.timeout_s, service.stopping)
    depth = Depth(engine, clock, pool.count, pool.gauge)
    health.depends_on("database", reachable(engine))
    health.depends_on("broker", bus.listening)
    bus.subscribe(pool.bell, lambda message: worker.rung(message.image_id), pool=service.name)
    bus.report(depth.figures)
    bus.start(health)
    beat = health.loop("depth", limit_s=120).beat
    threading.Thread(target=depth.keep_fresh, args=(service.stopping, beat), name="depth", daemon=True).start()
    try:
        _resume(claims, service)
        worker.run()
    finally:
        bus.stop()
        engine.dispose()


def _resume(claims: Claims[Job], service: Service) -> None:
    while not service.stopping.is_set():
        try:
            claims.resume()
        except Away as error:
            log.warning("database_away", error=reason(error))
            service.stopping.wait(RETRY_S)
        else:
            return
