"""Messages that have come and wait for their handlers."""

import contextlib
import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import MQTTMessage
from prometheus_client import Counter
from pydantic import ValidationError

from services.core.logging import get
from services.core.messages import Message

WAIT_S = 1.0
rejected = Counter("bus_messages_rejected", "messages that broke their contract, by topic", ["topic"])
log = get(__name__)


@dataclass(frozen=True)
class Subscription:
    """Who wants a kind of message; `pattern` are the parts of its topic, `+` is any."""

    kind: type[Message]
    handler: Callable[[Sequence[Any]], None]
    filter: str
    pattern: tuple[str, ...]
    takes_many: bool

    def matches(self, topic: str) -> bool:
        """Whether a message of that topic is wanted."""
        parts = topic.split("/")
        same = len(self.pattern) == len(parts)
        return same and all(a in ("+", b) for a, b in zip(self.pattern, parts, strict=True))

    def read(self, message: MQTTMessage, base: str) -> Message | None:
        """What it says; None for what breaks its contract, and for the empty message that ends a retained one."""
        if not message.payload and self.kind.retained:
            return None
        try:
            parsed = self.kind.model_validate_json(message.payload)
        except ValidationError as error:
            mistakes = _mistakes(error)
        else:
            # Who may speak as whom is ruled by topic: a payload must not name another.
            if message.topic == f"{base}/{parsed.address()}":
                return parsed
            mistakes = [f"it belongs to {parsed.address()}"]
        rejected.labels(self.kind.topic).inc()
        log.warning("message_rejected", topic=message.topic, mistakes=mistakes)
        return None


@dataclass(frozen=True)
class Arrival:
    """A message, the number of the connection over which it came, and who wants it."""

    connection: int
    message: MQTTMessage
    wanted_by: Sequence[Subscription]

    def takes_many(self) -> bool:
        """Whether it may be handled together with others."""
        return all(one.takes_many for one in self.wanted_by)


class Arrivals:
    """In their order, for one thread that takes them, at most `most` at a time. Any thread may put one in."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: queue.SimpleQueue[Arrival] = queue.SimpleQueue()
        self._left: Arrival | None = None

    def qsize(self) -> int:
        """How many wait."""
        return self._waiting.qsize()

    def put(self, arrival: Arrival) -> None:
        """Adds one at the end."""
        self._waiting.put(arrival)

    def empty(self) -> None:
        """Drops all that wait."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()

    def next(self) -> list[Arrival]:
        """The next, with those behind it where many are taken of each; none when nothing comes for a second."""
        batch: list[Arrival] = []
        try:
            batch.append(self._left or self._waiting.get(timeout=WAIT_S))
            self._left = None
            while len(batch) < self._most and batch[-1].takes_many():
                batch.append(self._waiting.get_nowait())
        except queue.Empty:
            return batch
        if len(batch) > 1 and not batch[-1].takes_many():
            self._left = batch.pop()
        return batch


def wildcard(topic: str) -> str:
    """A topic with its placeholders as MQTT's wildcards: `camera/+/state`."""
    return "/".join("+" if part.startswith("{") else part for part in topic.split("/"))


def _mistakes(error: ValidationError) -> list[str]:
    return [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors(include_input=False)]
