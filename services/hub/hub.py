"""Receive a group, make it durable, answer it; and answer in time even when the disk hangs.

One thread does all of it in the ordinary case: the flush is what takes time, and more threads would only fight for
the interpreter. While that thread is stuck in the disk, a stand-in takes the door: it goes on receiving, and answers
whatever has waited for most of the deadline from a bounded queue in memory.
"""

import threading
from collections.abc import Sequence

from services.core.clock import Clock
from services.core.health import Heartbeat
from services.core.logging import get
from services.hub import metrics
from services.hub.arrival import Arrival
from services.hub.door import Door
from services.intake.acceptor import Acceptor

STANDIN_EVERY_S = 0.025
STANDIN_AFTER_S = 0.1
DEADLINE_SHARE = 0.8
RETRY_S = 1.0
NO_ROOM = b"REFUSED busy"
log = get(__name__)


class Hub:
    """The loop and its stand-in. `deadline_s` is the longest that a sender may wait for its answer."""

    def __init__(self, door: Door, acceptor: Acceptor, clock: Clock, deadline_s: float, late_bytes: int) -> None:
        self._door = door
        self._acceptor = acceptor
        self._clock = clock
        self._deadline_s = deadline_s
        self._late_bytes = late_bytes
        self._lock = threading.Lock()
        self._busy_since: float | None = None
        self._group: list[Arrival] = []
        self._next: list[Arrival] = []
        self._owed: list[Arrival] = []
        self._owed_at = 0.0
        self._disk_well = True

    def run(self, stopping: threading.Event, heartbeat: Heartbeat) -> None:
        """Serves until `stopping` is set; then stores what it has answered."""
        standin = threading.Thread(target=self._stand_in, args=(stopping,), name="stand-in", daemon=True)
        standin.start()
        while not stopping.is_set():
            heartbeat.beat()
            self._round()
        standin.join()
        while self._next and self._disk_well:
            self._round()

    def disk_well(self) -> bool:
        """Whether the last group could be stored; a health check."""
        return self._disk_well

    def _round(self) -> None:
        with self._lock:
            group, self._next = [*self._owed_and_due(), *self._next], []
            if not group:
                self._door.wait(0.1)
                group = self._door.receive()
            self._door.reopen_silent_publishers()
            self._group = group
            self._busy_since = self._clock.monotonic() if group else None
        if group:
            self._store(group)

    def _owed_and_due(self) -> list[Arrival]:
        """What was answered while the disk hung and then did not fit: tried again, but not all the time."""
        if not self._owed or self._clock.monotonic() < self._owed_at:
            return []
        owed, self._owed = self._owed, []
        return owed

    def _store(self, group: Sequence[Arrival]) -> None:
        with metrics.group_seconds.time():
            owed = self._accept(group)
        metrics.group_size.observe(len(group))
        with self._lock:
            self._busy_since = None
            self._door.answer([arrival for arrival in group if arrival not in owed])
            self._group = []
            self._owed += owed
            self._owed_at = self._clock.monotonic() + RETRY_S
            metrics.late_bytes.set(self._bytes_answered())

    def _accept(self, group: Sequence[Arrival]) -> list[Arrival]:
        """Stores a group; gives those that had been answered already and could not be stored yet."""
        entries = [entry for arrival in group for entry in arrival.entries]
        if not entries:
            return []
        try:
            self._acceptor.accept(entries)
        except OSError as error:
            if len(group) > 1:
                return [one for arrival in group for one in self._accept([arrival])]
            return self._refuse(group[0], error)
        self._note_disk(well=True)
        metrics.stored.inc(sum(1 for arrival in group if arrival.nbytes))
        return []

    def _refuse(self, arrival: Arrival, error: OSError) -> list[Arrival]:
        self._note_disk(well=False, error=error)
        if arrival.answered:
            return [arrival]
        metrics.refused.labels("disk").inc()
        arrival.reply = f"REFUSED {error.strerror}".encode()
        return []

    def _note_disk(self, well: bool, error: OSError | None = None) -> None:
        if well != self._disk_well:
            self._disk_well = well
            if error:
                log.error("disk_refuses", error=error.strerror, fix="make room on the media disk; pictures are refused")
            else:
                log.info("disk_takes_again")

    def _stand_in(self, stopping: threading.Event) -> None:
        while not stopping.wait(STANDIN_EVERY_S):
            since = self._busy_since
            if since is not None and self._clock.monotonic() - since > STANDIN_AFTER_S:
                with self._lock:
                    if self._busy_since is not None:
                        self._take_over()

    def _take_over(self) -> None:
        """Receives for the thread that is stuck. A message may have waited since that thread last looked."""
        for arrival in self._door.receive():
            arrival.since -= STANDIN_AFTER_S + STANDIN_EVERY_S
            self._next.append(arrival)
        due = self._clock.monotonic() - self._deadline_s * DEADLINE_SHARE
        late = [one for one in (*self._group, *self._next) if not one.answered and one.since < due]
        room = self._late_bytes - self._bytes_answered()
        for arrival in late:
            room -= arrival.nbytes
            self._answer_late(arrival, has_room=room >= 0)
        self._next = [one for one in self._next if one.reply != NO_ROOM]
        metrics.late_bytes.set(self._bytes_answered())

    def _answer_late(self, arrival: Arrival, has_room: bool) -> None:
        if has_room or arrival in self._group:
            metrics.late_replies.inc()
        else:
            metrics.refused.labels("late queue full").inc()
            arrival.reply = NO_ROOM
        self._door.answer([arrival])

    def _bytes_answered(self) -> int:
        return sum(one.nbytes for one in (*self._group, *self._next, *self._owed) if one.answered)
