"""A board with sensors and relays on it: speaks MQTT as a device does, by paho, and notes the orders that it gets."""

import json
import threading
import time
from collections import defaultdict, deque
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from bench.own_stack import OwnStack, wait_until
from services.core.clock import SystemClock
from services.core.device_messages import DeviceHeartbeat, DeviceTrigger
from services.core.messages import Message
from services.core.rule_messages import OutputState
from stack import secrets

CLOCK = SystemClock()
BASE = "hearthwatch"
SAID_AGAIN_S = 10.0


class _Back(SystemClock):
    """A clock that is slow."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        """The wall clock's time, minus its error."""
        return super().now() - self._by


class Board:
    """Signed in as `device`. A relay on it obeys: it reports what it was told to be.

    When the broker was away it says again what it said last, as docs/devices.md asks of a device.
    """

    def __init__(self, stack: OwnStack) -> None:
        self._orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._said: deque[tuple[float, DeviceTrigger]] = deque()
        self._listening = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="a-board", clean_session=False)
        self._client.username_pw_set("device", secrets.read(stack.layout.secrets, "mqtt_device_password"))
        self._client.on_connect = self._connected
        self._client.on_subscribe = lambda *_: self._listening.set()
        self._client.on_message = self._ordered
        self._client.connect("127.0.0.1", stack.ports.mosquitto)

    def sensor(self, device_id: str, kind: str = "motion") -> None:
        """The heartbeat of an input."""
        self._beat(device_id, kind, is_input=True, is_output=False)

    def relay(self, device_id: str, kind: str = "relay") -> None:
        """The heartbeat of an output."""
        self._beat(device_id, kind, is_input=False, is_output=True)

    def trigger(
        self, device_id: str, active: bool = True, detail: str | None = None, age: timedelta = timedelta()
    ) -> str:
        """A trigger that was made `age` ago; its id."""
        said = {"device_id": device_id, "active": active, "detail": detail, "value": None, "happened_at": None}
        made = DeviceTrigger.make(_Back(age), device_id, **said)
        self._said.append((time.monotonic(), made))
        return self.say(made)

    def garage(self, active: bool) -> None:
        """What a board of the older system says of its one input."""
        one = {"input_label": "PIR", "sample_value": 512, "normal_value": 0, "active": active}
        said = {"device_id": "esp1", "input_location": "garage", "timestamp": int(CLOCK.now().timestamp()), "uptime": 7}
        self._publish("sensor/garage", json.dumps(said | {"input_1": one}))

    def say(self, message: Message) -> str:
        """Publishes a message; its id."""
        self._publish(f"{BASE}/{message.address()}", message.model_dump_json())
        return message.id

    def orders(self, device_id: str) -> list[dict[str, Any]]:
        """What a relay was ordered so far, each order once: the same id twice is one."""
        return list({one["id"]: one for one in self._orders[device_id]}.values())

    def await_orders(self, device_id: str, count: int, seconds: float = 20) -> list[dict[str, Any]]:
        """So many orders to a relay, once they have come."""
        wait_until(lambda: len(self.orders(device_id)) >= count, f"{count} orders to {device_id}", seconds)
        return self.orders(device_id)

    def _beat(self, device_id: str, kind: str, **what: bool) -> None:
        said = {"device_id": device_id, "called": device_id.title(), "kind": kind, "location": "Garage"}
        self.say(DeviceHeartbeat.make(CLOCK, device_id, **said, **what))

    def _connected(self, client: Client, *more: object) -> None:
        client.subscribe(f"{BASE}/output/+/set", qos=1)
        while self._said and self._said[0][0] < time.monotonic() - SAID_AGAIN_S:
            self._said.popleft()
        for _, made in list(self._said):
            self.say(made)

    def _ordered(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        order = json.loads(message.payload)
        device_id = order["device_id"]
        self._orders[device_id].append(order)
        if order["on"] is not None:
            self.say(OutputState.make(CLOCK, device_id, device_id=device_id, on=order["on"], detail=None))

    def _publish(self, topic: str, payload: str) -> None:
        self._client.publish(topic, payload, qos=1, retain=topic.endswith("/state"))

    def __enter__(self) -> Self:
        self._client.loop_start()
        wait_until(self._listening.is_set, "the board to hear its orders", 20)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
