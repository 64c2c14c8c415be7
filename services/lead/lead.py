"""One instance works, others stand by: whoever holds the lease in the database, renewed every few seconds."""

import threading
from collections.abc import Callable
from datetime import timedelta

from prometheus_client import Gauge
from sqlalchemy import Engine

from services.core.logging import get
from services.core.service import Service
from services.store import lease
from services.store.engine import Away, connect, reachable, reason

LASTS = timedelta(seconds=15)
"""How long an instance that died keeps the others waiting."""
RENEWED_S = 3.0
leads = Gauge("service_leads", "1 while this instance works, 0 while it stands by", ["service"])
log = get(__name__)


class LeaseLost(Exception):
    """Another instance works now: this one was held up for longer than its lease lasts."""


def alone(run: Callable[[Service], None]) -> Callable[[Service], None]:
    """As `run`, once and as long as this instance holds the lease of its service; until then it stands by."""

    def in_turn(service: Service) -> None:
        engine = connect(service.settings, pool_size=1)
        service.health.depends_on("database", reachable(engine))
        turn = Turn(engine, service)
        try:
            if turn.came():
                threading.Thread(target=turn.keep, name="lease", daemon=True).start()
                run(service)
                turn.give_up()
        finally:
            engine.dispose()

    return in_turn


class Turn:
    """This instance's turn to work. Before it, the instance waits and does nothing."""

    def __init__(self, engine: Engine, service: Service, renewed_s: float = RENEWED_S) -> None:
        self._engine = engine
        self._name = service.name
        self._instance = service.settings.instance
        self._stopping = service.stopping
        self._beat = service.health.loop("lease", limit_s=120).beat
        self._renewed_s = renewed_s

    def came(self) -> bool:
        """Waits for the turn; False when the service is told to stop before."""
        leads.labels(self._name).set(0)
        waiting = False
        while not self._stopping.is_set():
            self._beat()
            if self._take(while_away=False):
                leads.labels(self._name).set(1)
                log.info("leads", instance=self._instance)
                return True
            if not waiting:
                log.info("stands_by", instance=self._instance)
                waiting = True
            self._stopping.wait(self._renewed_s)
        return False

    def keep(self) -> None:
        """Renews the lease until the service stops. Raises `LeaseLost`, which ends the process: it then stands by."""
        while not self._stopping.wait(self._renewed_s):
            self._beat()
            # While the database is away nobody else can have taken it.
            if not self._take(while_away=True):
                raise LeaseLost(f"another instance of {self._name} works now")

    def give_up(self) -> None:
        """At an orderly end: another one need not wait. With the database away it has to."""
        try:
            with self._engine.begin() as connection:
                lease.give_up(connection, self._name, self._instance)
        except Away as error:
            log.warning("lease_not_given_up", error=reason(error))

    def _take(self, while_away: bool) -> bool:
        try:
            with self._engine.begin() as connection:
                return lease.take(connection, self._name, self._instance, LASTS)
        except Away as error:
            log.warning("lease_waits_for_database", error=reason(error))
            return while_away
