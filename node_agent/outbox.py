"""What waits for the hub: fresh messages in memory, kept ones in the spool."""

import threading
from collections import deque
from dataclasses import dataclass

from node_agent.messages import Message
from node_agent.spool import Spool


@dataclass(frozen=True)
class Parcel:
    """A message on its way; `kept_as` is its name in the spool, None for a fresh one."""

    message: Message
    kept_as: str | None = None


class Outbox:
    """Takes messages from the cameras' threads and hands them to the one sender.

    While the hub takes messages, fresh ones stay in memory, at most `queuemax`; what is more goes to the spool, and so
    does everything while the hub is away. Fresh and kept messages take turns, so that neither waits for the other.
    """

    def __init__(self, spool: Spool, queuemax: int) -> None:
        self._spool = spool
        self._queuemax = queuemax
        self._guard = threading.Lock()
        self._fresh: deque[Message] = deque()
        self._hub_away = False
        self._kept_turn = False
        self._news = threading.Event()

    def put(self, message: Message) -> None:
        """Accept a message. While the hub is away it is durable on return."""
        if not self._put_in_memory(message):
            self._spool.keep([message])
        self._news.set()

    def _put_in_memory(self, message: Message) -> bool:
        with self._guard:
            if self._hub_away or len(self._fresh) >= self._queuemax:
                return False
            self._fresh.append(message)
            return True

    def take(self) -> Parcel | None:
        """What goes next, if there is anything."""
        self._news.clear()
        self._kept_turn = not self._kept_turn
        if self._kept_turn:
            return self._take_kept() or self._take_fresh()
        return self._take_fresh() or self._take_kept()

    def _take_fresh(self) -> Parcel | None:
        with self._guard:
            return Parcel(self._fresh.popleft()) if self._fresh else None

    def _take_kept(self) -> Parcel | None:
        found = self._spool.oldest()
        return Parcel(found[1], kept_as=found[0]) if found else None

    def wait(self, seconds: float) -> None:
        """Wait until something is put, or somebody calls `wake`."""
        self._news.wait(seconds)

    def wake(self) -> None:
        """End a wait."""
        self._news.set()

    def accepted(self, parcel: Parcel) -> None:
        """The hub has this one."""
        if parcel.kept_as is not None:
            self._spool.remove(parcel.kept_as)

    def hub_is_back(self) -> None:
        """Fresh messages may stay in memory again."""
        with self._guard:
            self._hub_away = False

    def keep_everything(self, undelivered: Parcel | None = None) -> None:
        """The hub takes nothing now, or the agent stops: all fresh messages go to the spool."""
        with self._guard:
            self._hub_away = True
            fresh = list(self._fresh)
            self._fresh.clear()
        if undelivered is not None and undelivered.kept_as is None:
            fresh.insert(0, undelivered.message)
        self._spool.keep(fresh)
