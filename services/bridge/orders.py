"""Orders to outputs of the older system. Their outputs know a pulse of so many seconds, and no off."""

import re
import threading
from collections import OrderedDict, deque
from datetime import datetime
from typing import Protocol

from prometheus_client import Counter

from services.bridge.devices import SRC, Devices, Known
from services.bridge.mouth import Spoken
from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import Message
from services.core.rule_messages import OutputSet, OutputState

WAITING_MAX = 100
DONE_MAX = 1000
ordered = Counter("bridge_orders", "orders to outputs of the older system, by what came of them", ["result"])
log = get(__name__)


class Speaks(Protocol):
    """Says an order in the first way that somebody listens to; None when nobody does. Raises `RabbitAway`."""

    def say(self, ways: list[Spoken], lasts_s: float) -> str | None:
        """The routing key of that way."""
        ...


class Orders:
    """Passes orders on, and says how the outputs stand. Threads may share it."""

    def __init__(self, devices: Devices, mouth: Speaks, bus: Bus, clock: Clock) -> None:
        self._devices = devices
        self._mouth = mouth
        self._bus = bus
        self._clock = clock
        self._waiting: OrderedDict[str, OutputSet] = OrderedDict()
        self._done: deque[str] = deque(maxlen=DONE_MAX)
        self._ends: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, order: OutputSet) -> None:
        """The handler of `output/<id>/set`. Raises `RabbitAway` when it is to be tried again.

        Most are for outputs that speak MQTT. After a start nobody is known yet: orders wait for whoever speaks in time.
        """
        with self._lock:
            known = self._devices.find(order.device_id)
            if known is None:
                self._wait(order)
                return
            if order.id not in self._done:
                self._pass_on(order, known)
                self._done.append(order.id)
            self._waiting.pop(order.id, None)

    def look_after(self) -> None:
        """Passes on what has waited for its output. Raises `RabbitAway`."""
        now = self._clock.now()
        with self._lock:
            waiting = list(self._waiting.values())
            for order in waiting:
                if order.expires_at < now:
                    del self._waiting[order.id]
        for order in waiting:
            if order.expires_at >= now and self._devices.find(order.device_id):
                self.take(order)

    def end_pulses(self) -> None:
        """Says which outputs are off again."""
        now = self._clock.monotonic()
        with self._lock:
            over = [one for one, end in self._ends.items() if end <= now]
            for device_id in over:
                del self._ends[device_id]
        if over:
            self._bus.ring(*(self._state(device_id, on=False) for device_id in over))

    def _wait(self, order: OutputSet) -> None:
        self._waiting[order.id] = order
        while len(self._waiting) > WAITING_MAX:
            self._waiting.popitem(last=False)

    def _pass_on(self, order: OutputSet, known: Known) -> None:
        left_s = (order.expires_at - self._clock.now()).total_seconds()
        if left_s <= 0:
            _note("expired", order)
        elif not order.on:
            # Its pulse ends by itself; there is no word to end it sooner.
            _note("no word for it", order)
        else:
            routing_key = self._mouth.say(ways(order, known, self._clock.now()), left_s)
            _note("said" if routing_key else "nobody listens", order, routing_key)
            if routing_key:
                self._pulses(order)

    def _pulses(self, order: OutputSet) -> None:
        if order.seconds:
            self._ends[order.device_id] = self._clock.monotonic() + order.seconds
        self._bus.ring(self._state(order.device_id, on=bool(order.seconds)))

    def _state(self, device_id: str, on: bool) -> Message:
        return OutputState.make(self._clock, SRC, device_id=device_id, on=on, detail=None)


def ways(order: OutputSet, known: Known, now: datetime) -> list[Spoken]:
    """How an order is said: as the later versions hear it, by type or by who sent it, or as those of 2023 do."""
    device = known.device
    seconds = None if order.seconds is None else _short(order.seconds)
    trigger = {
        "timestamp": int(now.timestamp()),
        "active_input": {"device_key": "Hearthwatch", "device_label": "Hearthwatch", "type": "base"},
        "output_triggered": {
            "device_key": device.key,
            "device_label": device.label,
            "device_type": device.type,
            "device_params": None if seconds is None else str(seconds),
            "device_enabled": True,
        },
    }
    control = {"timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "data": [device.key, None]}
    kinds = dict.fromkeys((re.sub(r"\W", "_", device.type.lower()), known.origin))
    return [
        *(Spoken(f"event.trigger.{kind}", trigger) for kind in kinds),
        Spoken(f"event.control.{known.origin}", control),
    ]


def _short(seconds: float) -> float | int:
    return int(seconds) if seconds == int(seconds) else seconds


def _note(result: str, order: OutputSet, routing_key: str | None = None) -> None:
    ordered.labels(result).inc()
    log.info("old_output_ordered", device_id=order.device_id, id=order.id, result=result, routing_key=routing_key)
