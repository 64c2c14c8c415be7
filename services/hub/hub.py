"""Receive a group, make it durable, answer it; and answer in time even when the disk hangs.

One thread does all of it in the ordinary case: the flush is what takes time, and more threads would only fight for
the interpreter. While that thread is stuck in the disk, a stand-in takes the door: it goes on receiving, and answers
whatever has waited for most of the deadline from a bounded queue in memory. What is behind the lock is in memory
only: nothing under it may touch the disk.
"""

import errno
import os
import threading
from collections.abc import Sequence

from services.core.clock import Clock
from services.core.health import Heartbeat
from services.core.logging import get
from services.core.settings import Settings
from services.hub import metrics
from services.hub.arrival import Arrival
from services.hub.door import Door
from services.hub.event_log import EventLog
from services.hub.pace import Pace
from services.hub.reader import Reader
from services.intake.acceptor import Acceptor

STANDIN_EVERY_S = 0.025
STANDIN_AFTER_S = 0.1
DEADLINE_SHARE = 0.8
RETRY_S = 1.0
WAIT_S = 0.1
NO_ROOM = b"REFUSED busy"
log = get(__name__)


class Hub:
    """The loop and its stand-in."""

    def __init__(
        self,
        door: Door,
        reader: Reader,
        acceptor: Acceptor,
        event_log: EventLog,
        pace: Pace,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._door = door
        self._reader = reader
        self._acceptor = acceptor
        self._event_log = event_log
        self._pace = pace
        self._clock = clock
        self._late_after_s = settings.hub_reply_deadline_s * DEADLINE_SHARE
        self._late_bytes = settings.hub_late_queue_bytes
        self._lock = threading.Lock()
        self._busy_since: float | None = None
        self._group: list[Arrival] = []
        self._next: list[Arrival] = []
        self._owed: list[Arrival] = []
        self._owed_at = 0.0
        self._disk_well = True

    def run(self, stopping: threading.Event, heartbeat: Heartbeat, standin_heartbeat: Heartbeat) -> None:
        """Serves until `stopping` is set; then stores what it has answered."""
        words = (stopping, standin_heartbeat)
        standin = threading.Thread(target=self._stand_in, args=words, name="stand-in", daemon=True)
        standin.start()
        while not stopping.is_set():
            heartbeat.beat()
            self._round()
        standin.join()
        self._store_the_rest()

    def disk_well(self) -> bool:
        """Whether the last group could be stored; a health check."""
        return self._disk_well

    def _round(self) -> None:
        with self._lock:
            group, self._next = [*self._owed_and_due(), *self._next], []
            if not group:
                group = self._door.receive()
                self._pace.note(at_once=bool(group))
            if not group:
                group = self._door.receive(wait_s=WAIT_S)
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
            stored = [arrival for arrival in group if arrival not in owed]
            self._door.answer(stored)
            self._door.show(stored)
            self._group = []
            if owed:
                self._owed += owed
                self._owed_at = self._clock.monotonic() + RETRY_S
            self._measure_held()

    def _accept(self, group: Sequence[Arrival]) -> list[Arrival]:
        """Stores a group; gives those that had been answered already and could not be stored yet."""
        entries = [entry for arrival in group for entry in arrival.reading.entries]
        if not entries:
            return []
        try:
            self._reader.before_storing()
            self._acceptor.accept(entries)
        except OSError as error:
            if len(group) == 1:
                return self._refuse(group[0], error)
            # Half by half, so that one picture that is too large for the rest of the disk stops no small one.
            middle = len(group) // 2
            return self._accept(group[:middle]) + self._accept(group[middle:])
        self._stored(group)
        return []

    def _stored(self, group: Sequence[Arrival]) -> None:
        self._note_disk(well=True)
        metrics.stored.inc(sum(len(arrival.pictures) for arrival in group))
        for arrival in group:
            if arrival.reading.line:
                self._event_log.write(*arrival.reading.line)

    def _refuse(self, arrival: Arrival, error: OSError) -> list[Arrival]:
        self._note_disk(well=False, error=error)
        # Under the lock, or the stand-in might say OK in between.
        with self._lock:
            if arrival.answered:
                return [arrival]
            arrival.reply = f"REFUSED {os.strerror(error.errno or errno.EIO)}".encode()
        metrics.refused.labels("disk").inc()
        self._reader.refused(arrival)
        return []

    def _note_disk(self, well: bool, error: OSError | None = None) -> None:
        if well != self._disk_well:
            self._disk_well = well
            if error:
                log.error("disk_refuses", error=error.strerror, fix="make room on the media disk; pictures are refused")
            else:
                log.info("disk_takes_again")

    def _store_the_rest(self) -> None:
        """At the end: what has been answered and is not on disk is tried once more, and never left without a word."""
        rest, self._owed, self._next = [*self._owed, *self._next], [], []
        if rest:
            self._store(rest)
        if self._owed:
            metrics.lost.inc(len(self._owed))
            log.error("answered_messages_lost", count=len(self._owed), reason="the disk does not take them")

    def _stand_in(self, stopping: threading.Event, heartbeat: Heartbeat) -> None:
        while not stopping.wait(STANDIN_EVERY_S):
            heartbeat.beat()
            since = self._busy_since
            if since is not None and self._clock.monotonic() - since > STANDIN_AFTER_S:
                with self._lock:
                    if self._busy_since is not None:
                        self._take_over()

    def _take_over(self) -> None:
        """Receives for the thread that is stuck, and answers who has waited for long."""
        self._take_in(self._door.receive())
        due = self._clock.monotonic() - self._late_after_s
        late = [one for one in (*self._group, *self._next) if one.envelope and not one.answered and one.since < due]
        metrics.late_replies.inc(len(late))
        self._door.answer(late)
        self._measure_held()

    def _take_in(self, arrivals: Sequence[Arrival]) -> None:
        held = self._held()
        for arrival in arrivals:
            # It may have waited since the other thread last looked.
            arrival.since -= STANDIN_AFTER_S + STANDIN_EVERY_S
            held += arrival.nbytes
            if arrival.nbytes and held <= self._late_bytes:
                self._next.append(arrival)
                continue
            if arrival.nbytes:
                held -= arrival.nbytes
                arrival.reply = NO_ROOM
                metrics.refused.labels("late queue full").inc()
                self._reader.refused(arrival)
            self._door.answer([arrival])

    def _held(self) -> int:
        return sum(one.nbytes for one in (*self._group, *self._next, *self._owed))

    def _measure_held(self) -> None:
        metrics.late_bytes.set(self._held() if self._group or self._next or self._owed else 0)
