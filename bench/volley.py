"""Messages sent through the broker and their answers: at a pace, or as many as may be under way at a time."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from bench.own_stack import NotInTime

CONNECT_S = 10.0


@dataclass(frozen=True)
class Call:
    """One message to send: where to, what, and by which key its answer is known."""

    topic: str
    payload: Callable[[], str]
    key: str


@dataclass
class Ways:
    """What came of a volley: seconds from each message to its answer, and how many were sent in how long."""

    sent: int = 0
    lasted_s: float = 0.0
    seconds: list[float] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Messages without an answer."""
        return self.sent - len(self.seconds)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.lasted_s if self.lasted_s else 0.0


class Volley:
    """Signed in at a broker, listening for answers on `filter`; `key_of` says which key an answer's topic belongs to.

    The n-th answer with a key is that to the n-th message with it.
    """

    def __init__(self, port: int, user: str, password: str, filter: str, key_of: Callable[[str], str]) -> None:
        self._filter = filter
        self._key_of = key_of
        self._lock = threading.Condition()
        self._waiting: dict[str, deque[float]] = defaultdict(deque)
        self._ways = Ways()
        self._listening = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.username_pw_set(user, password)
        self._client.max_inflight_messages_set(1000)
        self._client.on_connect = lambda client, *_: client.subscribe(filter, qos=1)
        self._client.on_subscribe = lambda *_: self._listening.set()
        self._client.on_message = self._answered
        self._client.connect("127.0.0.1", port)

    def at_pace(self, calls: Sequence[Call], pause_s: float, settle_s: float) -> Ways:
        """Sends one after the other, `pause_s` apart, then waits for the last answers."""
        begin = time.perf_counter()
        for number, call in enumerate(calls):
            time.sleep(max(0.0, begin + number * pause_s - time.perf_counter()))
            self._send(call)
        return self._settled(begin, settle_s)

    def flat_out(self, calls: Sequence[Call], at_a_time: int, settle_s: float) -> Ways:
        """Sends as fast as answers come, with at most `at_a_time` under way."""
        begin = time.perf_counter()
        for call in calls:
            with self._lock:
                self._lock.wait_for(lambda: self._ways.lost < at_a_time, settle_s)
            self._send(call)
        return self._settled(begin, settle_s)

    def _send(self, call: Call) -> None:
        with self._lock:
            self._ways.sent += 1
            self._waiting[call.key].append(time.perf_counter())
        self._client.publish(call.topic, call.payload(), qos=1)

    def _answered(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        now = time.perf_counter()
        with self._lock:
            waiting = self._waiting[self._key_of(message.topic)]
            if waiting:
                self._ways.seconds.append(now - waiting.popleft())
                self._ways.lasted_s = now
            self._lock.notify_all()

    def _settled(self, begin: float, settle_s: float) -> Ways:
        with self._lock:
            self._lock.wait_for(lambda: self._ways.lost == 0, settle_s)
            made, self._ways = self._ways, Ways()
            self._waiting.clear()
        made.lasted_s = max(0.0, made.lasted_s - begin)
        return made

    def __enter__(self) -> Self:
        self._client.loop_start()
        if not self._listening.wait(CONNECT_S):
            raise NotInTime(f"the broker did not let us listen to {self._filter} within {CONNECT_S:g} s")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
