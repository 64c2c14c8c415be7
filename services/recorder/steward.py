"""The recorder's round: which cameras there are and were, how they are reached, whether the disk has room."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine

from services.core.logging import get
from services.recorder.leftovers import Leftovers
from services.recorder.reaches import Reaches
from services.recorder.room import Room
from services.recorder.roster import Roster
from services.store import stream
from services.store.engine import Away, reason

EVERY_S = 2.0
log = get(__name__)


class Steward:
    """With the database away the cameras that are known go on."""

    def __init__(self, engine: Engine, roster: Roster, reaches: Reaches, room: Room, leftovers: Leftovers) -> None:
        self._engine = engine
        self._roster = roster
        self._reaches = reaches
        self._room = room
        self._leftovers = leftovers

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Rounds until `stopping`."""
        while not stopping.is_set():
            beat()
            self._room.look()
            try:
                self._look()
            except Away as error:
                log.warning("cameras_not_looked_up", error=reason(error))
            stopping.wait(EVERY_S)

    def _look(self) -> None:
        with self._engine.connect() as connection:
            wanted = stream.wanted(connection)
        for camera_id in self._roster.follow(wanted):
            self._reaches.forget(camera_id)
        self._leftovers.look(self._roster.recorded())
        self._reaches.cost(self._roster.costs())
        self._reaches.write()
