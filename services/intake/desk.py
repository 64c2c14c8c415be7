"""Where many threads hand in pictures and one makes them durable: those that wait share one flush."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Event

from services.intake.acceptor import Acceptor, Item

ROOM = 32
WAIT_S = 1.0


class Closed(Exception):
    """The desk takes nothing any more: its service ends."""


@dataclass(frozen=True)
class _HandedIn:
    items: Sequence[Item]
    durable: Future[None] = field(default_factory=Future)


class Desk:
    """The one thread that may use an `Acceptor`, for those that would wait for each other's flush otherwise."""

    def __init__(self, acceptor: Acceptor) -> None:
        self._acceptor = acceptor
        self._waiting: list[_HandedIn] = []
        self._changed = Condition()
        self._closed = False

    def hand_in(self, *items: Item) -> None:
        """Returns when all of them are durable. Raises `OSError`, and then nothing of them is kept; or `Closed`."""
        handed = _HandedIn(items)
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._waiting) < ROOM)
            if self._closed:
                raise Closed
            self._waiting.append(handed)
            self._changed.notify_all()
        handed.durable.result()

    def work(self, stopping: Event, beat: Callable[[], None]) -> None:
        """Makes durable until `stopping`, and then what was handed in before it."""
        try:
            while not stopping.is_set():
                beat()
                self._make_durable(self._take(WAIT_S))
        finally:
            self._close()
            self._make_durable(self._take(0.0))

    def _take(self, wait_s: float) -> list[_HandedIn]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting, wait_s)
            group, self._waiting = self._waiting, []
            self._changed.notify_all()
        return group

    def _close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _make_durable(self, group: Sequence[_HandedIn]) -> None:
        if not group:
            return
        try:
            self._acceptor.accept([item for one in group for item in one.items])
        except OSError as error:
            for one in group:
                one.durable.set_exception(error)
        else:
            for one in group:
                one.durable.set_result(None)
