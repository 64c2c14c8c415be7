"""Keeps pulls of pictures going: rings again, takes back what a worker left, ends what nobody wants any more."""

from datetime import timedelta
from functools import partial

from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.keeper.bells import MOST, SRC, Bells
from services.keeper.patience import Patience
from services.store import pull

log = get(__name__)


class Pulls:
    """What waits longer than `wait_s` seconds is rung for, in the way of `bells`."""

    def __init__(self, bells: Bells, engine: Engine, bus: Bus, clock: Clock, wait_s: float = 5.0) -> None:
        self._bells = bells
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._wait = timedelta(seconds=wait_s)
        self._patience: Patience[str] = Patience(clock, wait_s)

    def end_overdue(self) -> None:
        """Pulls that nobody came to end as `expired`; whose rule waited for the picture is told without it."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            ended = pull.overdue(connection, now)
            events = pull.alerts(connection, ended, now)
        if ended:
            log.warning("pulls_expired", cameras=sorted({one.camera_id for one in ended}), count=len(ended))
            results = [one.result(self._clock, SRC) for one in ended]
            self._bus.ring(*results, *(one.bell(self._clock, SRC) for one in events))

    def ring_for_waiting(self) -> None:
        """`work/snapshot` again for pulls that nobody has begun."""
        with self._engine.connect() as connection:
            waiting = {one.id: one for one in pull.waiting(connection, self._clock.now() - self._wait, MOST)}
        calls = {key: partial(waiting[key].bell, self._clock, SRC) for key in self._patience.due(list(waiting))}
        self._bells.ring_all("pulls", calls, self._patience)
