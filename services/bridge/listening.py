"""Hears what devices of the older system say. RabbitMQ keeps each message until the broker has what became of it."""

import threading
from collections.abc import Callable, Sequence

from pika import BasicProperties, BlockingConnection
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic
from prometheus_client import Counter, Gauge

from services.bridge.devices import Devices
from services.bridge.old_words import Unreadable
from services.bridge.orders import Orders
from services.bridge.rabbit import Rabbit, RabbitAway, declare
from services.core.bus import Bus, BusAway
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import Message
from services.core.rate import RateLimit

HEARD = ("event.heartbeat.#", "event.notify.#")
# What is older means nothing any more, and the heartbeats of a week would fill RabbitMQ's disk.
KEPT = {"x-message-ttl": 3_600_000}
REFUSED_KEPT = {"x-max-length": 1000, "x-max-length-bytes": 64_000_000}
AT_ONCE = 50
RETRY_S = 1.0
LASTING = 2
LINES_A_SECOND, LINES_AT_ONCE = 0.2, 10
reachable = Gauge("bridge_rabbitmq_connected", "1 while RabbitMQ is there")
heard = Counter("bridge_messages_heard", "messages of the older system that went on")
refused = Counter("bridge_messages_refused", "messages that cannot be read, kept in a queue of their own")
log = get(__name__)


class Listening:
    """One queue of RabbitMQ, read as long as the service runs. Only `keep_on` is called, by one thread."""

    def __init__(self, rabbit: Rabbit, devices: Devices, orders: Orders, bus: Bus, clock: Clock) -> None:
        self._rabbit = rabbit
        self._devices = devices
        self._orders = orders
        self._bus = bus
        self._lines = RateLimit(clock, LINES_A_SECOND, LINES_AT_ONCE)

    def keep_on(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Hears until the end; while RabbitMQ is away it tries again and again."""
        while not stopping.is_set():
            beat()
            self._orders.end_pulses()
            try:
                with self._rabbit.connected() as connection:
                    self._hear(connection, stopping, beat)
            except RabbitAway as away:
                if self._lines.allows("rabbitmq"):
                    log.warning("rabbitmq_away", reason=str(away))
            finally:
                reachable.set(0)
            stopping.wait(RETRY_S)

    def _hear(self, connection: BlockingConnection, stopping: threading.Event, beat: Callable[[], None]) -> None:
        channel = self._ready(connection)
        reachable.set(1)
        log.info("rabbitmq_connected", queue=self._rabbit.place.queue)
        for method, properties, body in channel.consume(self._rabbit.place.queue, inactivity_timeout=0.5):
            beat()
            self._orders.look_after()
            self._orders.end_pulses()
            if stopping.is_set():
                return
            if method is not None:
                self._take(_Delivery(connection, channel, method, properties, body), stopping, beat)

    def _ready(self, connection: BlockingConnection) -> BlockingChannel:
        place = self._rabbit.place
        channel = declare(connection, place.events, "topic")
        channel.queue_declare(place.queue, durable=True, arguments=KEPT)
        channel.queue_declare(place.refused, durable=True, arguments=REFUSED_KEPT)
        for routing_key in HEARD:
            channel.queue_bind(place.queue, place.events, routing_key)
        channel.basic_qos(prefetch_count=AT_ONCE)
        channel.confirm_delivery()
        return channel

    def _take(self, delivery: "_Delivery", stopping: threading.Event, beat: Callable[[], None]) -> None:
        """What is not acknowledged RabbitMQ gives again, to this process or to the next."""
        try:
            meaning = self._devices.meaning(delivery.routing_key, delivery.body)
        except Unreadable as error:
            self._refuse(delivery, str(error))
        else:
            if not self._told(delivery.connection, meaning.messages, stopping, beat):
                return
            self._devices.remember(meaning)
            heard.inc()
        delivery.acknowledge()

    def _told(
        self,
        connection: BlockingConnection,
        messages: Sequence[Message],
        stopping: threading.Event,
        beat: Callable[[], None],
    ) -> bool:
        """Whether the broker has them all. While it is away the connection to RabbitMQ is kept alive."""
        while not stopping.is_set():
            try:
                self._bus.publish_all(messages)
            except BusAway as away:
                if self._lines.allows("broker"):
                    log.warning("broker_away", reason=str(away))
                beat()
                connection.process_data_events(RETRY_S)
            else:
                return True
        return False

    def _refuse(self, delivery: "_Delivery", reason: str) -> None:
        delivery.keep(self._rabbit.place.refused, reason)
        refused.inc()
        if self._lines.allows("refused"):
            about = {"routing_key": delivery.routing_key[:200], "bytes": len(delivery.body)}
            log.error("old_message_refused", reason=reason, kept_in=self._rabbit.place.refused, **about)


class _Delivery:
    """One message that RabbitMQ has handed over, and waits to hear of."""

    def __init__(
        self,
        connection: BlockingConnection,
        channel: BlockingChannel,
        method: Basic.Deliver,
        properties: BasicProperties,
        body: bytes,
    ) -> None:
        self.connection = connection
        self.routing_key = str(method.routing_key)
        self.body = body
        self._channel = channel
        self._tag = method.delivery_tag

    def acknowledge(self) -> None:
        """RabbitMQ may forget it."""
        self._channel.basic_ack(self._tag)

    def keep(self, queue: str, reason: str) -> None:
        """Puts it into a queue as it is, with the reason; returns when RabbitMQ has it."""
        headers = {"reason": reason[:300], "routing_key": self.routing_key}
        kept = BasicProperties(headers=headers, delivery_mode=LASTING)
        self._channel.basic_publish("", queue, self.body, kept, mandatory=True)
