"""Listens to the bus of a test: every bell of some kinds, as it came."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self, TypeVar

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.messages import Message
from services.core.settings import Settings
from tests.peers import wait_until

Kind = TypeVar("Kind", bound=Message)


class Ear:
    """A connection of its own that collects messages; it can speak, too."""

    def __init__(self, settings: Settings, kinds: Sequence[type[Message]]) -> None:
        self._bus = Bus(settings, "ear", SystemClock(), durable=False)
        self._heard: list[Message] = []
        for kind in kinds:
            self._bus.subscribe(kind, self._heard.append)

    def heard(self, kind: type[Kind]) -> list[Kind]:
        """All of a kind so far."""
        return [message for message in self._heard if isinstance(message, kind)]

    def wait(self, kind: type[Kind], count: int = 1, seconds: float = 20) -> list[Kind]:
        """So many of a kind, once they have come."""
        wait_until(lambda: len(self.heard(kind)) >= count, f"{count} × {kind.topic}", seconds)
        return self.heard(kind)

    def say(self, *messages: Message) -> None:
        """Publishes."""
        self._bus.publish_all(messages)

    def __enter__(self) -> Self:
        self._bus.start()
        wait_until(self._bus.listening, "the ear's subscriptions")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bus.stop()
