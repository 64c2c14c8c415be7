"""Rings again for triggers that have waited too long for their ruling: events, and arrivals of sightings."""

from datetime import timedelta
from functools import partial

from sqlalchemy import Engine

from services.core.clock import Clock
from services.keeper.bells import MOST, SRC, Bells
from services.keeper.patience import Patience
from services.store import event, sighting


class TriggerBells:
    """What waits longer than `wait_s` seconds is rung for, however old it is, in the way of `bells`."""

    def __init__(self, bells: Bells, engine: Engine, clock: Clock, wait_s: float = 5.0, most: int = MOST) -> None:
        self._bells = bells
        self._engine = engine
        self._clock = clock
        self._wait = timedelta(seconds=wait_s)
        self._most = most
        self._events: Patience[str] = Patience(clock, wait_s)
        self._arrivals: Patience[str] = Patience(clock, wait_s)

    def ring_for_events(self) -> None:
        """`event/new` again for what devices and people triggered."""
        with self._engine.connect() as connection:
            found = event.undecided(connection, self._clock.now() - self._wait, self._most)
        # In the order in which they happened: a quiet that is ruled on before its trigger would end nothing.
        waiting = {one.id: one for one in sorted(found, key=lambda one: (one.undecided_since or one.stored_at, one.id))}
        calls = {key: partial(waiting[key].bell, self._clock, SRC) for key in self._events.due(list(waiting))}
        self._bells.ring_all("triggers", calls, self._events)

    def ring_for_arrivals(self) -> None:
        """`sighting/arrived` again for things that have arrived."""
        with self._engine.connect() as connection:
            found = sighting.undecided(connection, self._clock.now() - self._wait, self._most)
        waiting = {one.sighting.id: one for one in found}
        calls = {key: partial(waiting[key].message, self._clock, SRC) for key in self._arrivals.due(list(waiting))}
        self._bells.ring_all("arrivals", calls, self._arrivals)
