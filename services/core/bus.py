"""The bell: typed messages over MQTT 5. A message is acknowledged only after its handler has committed.

What a service missed while it was away waits in the broker (session of one hour); what the broker lost,
`keeper` rings again, because the row is the truth.
"""

import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, TypeVar

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage, MQTTMessageInfo, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions
from prometheus_client import Counter

from services.core.arrivals import Arrival, Arrivals, Subscription, wildcard
from services.core.clock import Clock
from services.core.health import Health
from services.core.logging import get
from services.core.messages import Message, ServiceStatus
from services.core.settings import Settings

VERSION = "0.1.0"
SESSION_S = 3600
# The broker also gives a pool's work to members that are gone, until their session ends: keeper rings again sooner.
POOL_SESSION_S = 30
UNACKNOWLEDGED_MAX = 100
# Of QoS 1 the broker sends no more than so many before it hears of them; nothing holds QoS 0 back.
UNSECURED_MAX = 200
LONE_SESSION = "1"
POOL = "$share/"
PUBLISH_WAIT_S = 5.0
STATUS_EVERY_S = 10.0
RETRY_S = 0.5

handled = Counter("bus_messages_handled", "messages handled, by topic", ["topic"])
refused = Counter("bus_messages_refused", "messages that their handler can never take, by topic", ["topic"])
unpublished = Counter(
    "bus_messages_unpublished", "messages that the broker did not take; keeper rings again", ["topic"]
)
dropped = Counter("bus_messages_dropped", "messages of QoS 0 that found too many waiting, by reason", ["reason"])
log = get(__name__)
Kind = TypeVar("Kind", bound=Message)


class BusAway(Exception):
    """The broker did not take a message in time. The row is the truth: keeper will ring again."""


class Bus:
    """One connection to the broker. Handlers run one after another in a thread of their own.

    `passing` are the errors (such as a database that is away) after which a handler is tried again
    until it succeeds; after one of `misfits` the message is counted, logged and let go, since it would fail every
    time. Any other error ends the thread, and with it the process (`core.fault`).
    With `durable` false nothing is kept for the service while it is away. With `lone`, one instance works at a time:
    whichever does takes over the session of the one before, and what waits in it.
    """

    def __init__(
        self,
        settings: Settings,
        service: str,
        clock: Clock,
        passing: tuple[type[Exception], ...] = (),
        misfits: tuple[type[Exception], ...] = (),
        durable: bool = True,
        lone: bool = False,
    ) -> None:
        self.service = service
        self._settings = settings
        self._clock = clock
        self._passing = passing
        self._misfits = misfits
        self._base = settings.mqtt_base_topic
        self._subscriptions: list[Subscription] = []
        self._arrivals = Arrivals(UNACKNOWLEDGED_MAX)
        self._stopping = threading.Event()
        self._connection = 0
        self._subscribed_on = 0
        self._figures: Callable[[], Mapping[str, float]] = dict
        self._threads: list[threading.Thread] = []
        self._client = self._make_client(durable, LONE_SESSION if lone else settings.instance)

    def subscribe(self, kind: type[Kind], handler: Callable[[Kind], None], pool: str | None = None) -> None:
        """Calls `handler` for each message of a kind. With `pool`, each message goes to one member of the pool."""
        self._subscribe(kind, lambda messages: handler(*messages), pool, takes_many=False)

    def subscribe_many(self, kind: type[Kind], handler: Callable[[Sequence[Kind]], None]) -> None:
        """Calls `handler` for all messages of a kind that wait, in their order: one transaction then serves many.

        Kinds of which many are taken may overtake each other, and no others. When the handler raises a misfit it is
        called again for each message by itself.
        """
        self._subscribe(kind, handler, None, takes_many=True)

    def report(self, figures: Callable[[], Mapping[str, float]]) -> None:
        """Numbers that go with the service's status every ten seconds."""
        self._figures = figures

    def start(self, health: Health | None = None) -> None:
        """Connects, and goes on trying while the broker is away."""
        self._client.username_pw_set(self._settings.mqtt_user, self._password())
        self._client.connect_async(
            self._settings.mqtt_host,
            self._settings.mqtt_port,
            keepalive=15,
            clean_start=self._client_clean_start,
            properties=self._session(),
        )
        self._client.loop_start()
        beat = health.loop("bus", limit_s=120).beat if health else lambda: None
        self._spawn("bus-handlers", lambda: self._handle_all(beat))
        self._spawn("bus-status", self._tell_status)

    def stop(self) -> None:
        """Says `offline` and disconnects; what is not acknowledged comes again at the next start."""
        self._stopping.set()
        if self.connected():
            _taken(self._client.publish(*self._packed(self._status("offline")), qos=1, retain=True), seconds=1.0)
        self._client.disconnect()
        self._client.loop_stop()
        for thread in self._threads:
            thread.join(5)

    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._client.is_connected()

    def listening(self) -> bool:
        """Whether the broker is there and sends what was subscribed to; a health check."""
        return self.connected() and self._subscribed_on == self._connection

    @property
    def connections(self) -> int:
        """How often the broker has been reached: another number means that it was away in between."""
        return self._connection

    def publish(self, message: Message) -> None:
        """Publishes and waits for the broker's acknowledgement. Raises `BusAway`."""
        self.publish_all([message])

    def publish_all(self, messages: Sequence[Message]) -> None:
        """Publishes several and waits for all of them together. Raises `BusAway` when not all were taken."""
        sent = [(message, self._send(message)) for message in messages]
        end = monotonic() + PUBLISH_WAIT_S
        missing = [message for message, info in sent if not _taken(info, max(end - monotonic(), 0))]
        for message in missing:
            unpublished.labels(message.topic).inc()
        if missing:
            where = f"{self._settings.mqtt_host}:{self._settings.mqtt_port}"
            raise BusAway(f"the broker at {where} took {len(sent) - len(missing)} of {len(sent)} messages")

    def take_back(self, messages: Sequence[Message]) -> None:
        """Takes back what the broker holds of retained messages. Raises `BusAway`."""
        for message in messages:
            sent = self._client.publish(f"{self._base}/{message.address()}", b"", qos=1, retain=True)
            if not _taken(sent, PUBLISH_WAIT_S):
                raise BusAway(f"the broker did not take back {message.address()}")

    def show(self, camera_id: str, jpeg: bytes) -> None:
        """One small picture of a camera, retained: the only thing on the bus that is no message. It may be lost."""
        if self.connected():
            self._client.publish(f"{self._base}/camera/{camera_id}/picture", jpeg, qos=0, retain=True)

    def ring(self, *messages: Message) -> None:
        """Publishes where the row already says it all: with the broker away it only counts and logs."""
        try:
            self.publish_all(messages)
        except BusAway as away:
            log.warning("bell_not_rung", reason=str(away), topic=messages[0].topic)

    def _subscribe(
        self, kind: type[Message], handler: Callable[[Sequence[Any]], None], pool: str | None, takes_many: bool
    ) -> None:
        topic = f"{self._base}/{wildcard(kind.topic)}"
        filter = f"{POOL}{pool}/{topic}" if pool else topic
        self._subscriptions.append(Subscription(kind, handler, filter, tuple(topic.split("/")), takes_many))

    def _send(self, message: Message) -> MQTTMessageInfo | None:
        if not self.connected():
            return None
        return self._client.publish(*self._packed(message), qos=1, retain=message.retained)

    def _packed(self, message: Message) -> tuple[str, bytes]:
        return f"{self._base}/{message.address()}", message.model_dump_json().encode()

    def _password(self) -> str | None:
        return self._settings.secret("mqtt_password") if self._settings.mqtt_password else None

    def _make_client(self, durable: bool, session: str) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{self._base}-{self.service}-{session}",
            protocol=MQTTv5,
            manual_ack=True,
        )
        # Of paho's 20, the bells of a large batch would wait for each other.
        client.max_inflight_messages_set(UNACKNOWLEDGED_MAX)
        client.reconnect_delay_set(min_delay=1, max_delay=2)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = _without_delay
        topic, payload = self._packed(self._status("offline"))
        client.will_set(topic, payload, qos=1, retain=True)
        self._client_clean_start = not durable
        return client

    def _session(self) -> Properties:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        keep_s = POOL_SESSION_S if any(one.filter.startswith(POOL) for one in self._subscriptions) else SESSION_S
        properties.SessionExpiryInterval = 0 if self._client_clean_start else keep_s
        properties.ReceiveMaximum = UNACKNOWLEDGED_MAX
        return properties

    def _status(self, state: str) -> ServiceStatus:
        return ServiceStatus.make(
            self._clock,
            self.service,
            service=self.service,
            instance=self._settings.instance,
            state=state,
            version=VERSION,
            figures=dict(self._figures()) if state == "online" else {},
        )

    def _on_connect(
        self, client: Client, userdata: Any, flags: ConnectFlags, reason: ReasonCode, properties: Any
    ) -> None:
        if reason.is_failure:
            fix = "check HEARTHWATCH_MQTT_USER and its password"
            log.error("broker_refused", reason=str(reason), user=self._settings.mqtt_user, fix=fix)
            return
        self._connection += 1
        # What came over an earlier connection is not handled any more, and must not heap up while a handler waits.
        self._arrivals.empty()
        if self._subscriptions:
            client.subscribe([(one.filter, SubscribeOptions(qos=1)) for one in self._subscriptions])
        else:
            self._subscribed_on = self._connection
        client.publish(*self._packed(self._status("online")), qos=1, retain=True)
        log.info("broker_connected", host=self._settings.mqtt_host, port=self._settings.mqtt_port)

    def _on_subscribe(
        self, client: Client, userdata: Any, mid: int, reasons: Sequence[ReasonCode], properties: Any
    ) -> None:
        denied = [one.filter for one, reason in zip(self._subscriptions, reasons, strict=True) if reason.is_failure]
        if denied:
            fix = "the broker's access list has to let this user read them"
            log.error("subscription_refused", user=self._settings.mqtt_user, topics=denied, fix=fix)
            return
        self._subscribed_on = self._connection

    def _on_disconnect(self, client: Client, userdata: Any, flags: Any, reason: ReasonCode, properties: Any) -> None:
        if not self._stopping.is_set():
            log.warning("broker_lost", reason=str(reason))

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        if message.qos == 0 and self._arrivals.qsize() >= UNSECURED_MAX:
            dropped.labels("too many are waiting").inc()
            return
        wanted_by = [one for one in self._subscriptions if one.matches(message.topic)]
        self._arrivals.put(Arrival(self._connection, message, wanted_by))

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _handle_all(self, beat: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            beat()
            # What came over an earlier connection is not acknowledged yet: the broker sends it again.
            batch = [arrival for arrival in self._arrivals.next() if self._is_current(arrival)]
            if not self._handle(batch, beat):
                continue
            for arrival in batch:
                if self._is_current(arrival):
                    self._client.ack(arrival.message.mid, arrival.message.qos)

    def _is_current(self, arrival: Arrival) -> bool:
        return arrival.connection == self._connection

    def _handle(self, batch: Sequence[Arrival], beat: Callable[[], None]) -> bool:
        wanted: dict[Subscription, list[Message]] = {}
        for arrival in batch:
            for subscription in arrival.wanted_by:
                parsed = subscription.read(arrival.message, self._base)
                if parsed is not None:
                    wanted.setdefault(subscription, []).append(parsed)
        return all(self._until_done(subscription, parsed, beat) for subscription, parsed in wanted.items())

    def _until_done(self, subscription: Subscription, parsed: Sequence[Message], beat: Callable[[], None]) -> bool:
        while not self._stopping.is_set():
            try:
                subscription.handler(parsed)
            except self._passing as error:
                log.warning("handler_waits", topic=subscription.kind.topic, error=_why(error))
                beat()
                self._stopping.wait(RETRY_S)
            except self._misfits as error:
                if len(parsed) > 1:
                    return all(self._until_done(subscription, [one], beat) for one in parsed)
                _refuse(subscription, parsed[0], error)
                return True
            else:
                handled.labels(subscription.kind.topic).inc(len(parsed))
                return True
        return False

    def _tell_status(self) -> None:
        while not self._stopping.wait(STATUS_EVERY_S):
            if self.connected():
                self._client.publish(*self._packed(self._status("online")), qos=1, retain=True)


def _refuse(subscription: Subscription, parsed: Message, error: Exception) -> None:
    topic, about = subscription.kind.topic, getattr(parsed, "image_id", None)
    refused.labels(topic).inc()
    log.error("message_refused", topic=topic, id=parsed.id, image_id=about, error=_why(error))


def _without_delay(client: Client, userdata: Any, connection: Any) -> None:
    """Otherwise a message behind an acknowledgement waits 40 ms for the other side's delayed ACK (Nagle)."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _taken(info: MQTTMessageInfo | None, seconds: float) -> bool:
    if info is None or info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
        return False
    info.wait_for_publish(seconds)
    return info.is_published()


def _why(error: Exception) -> str:
    """A database's error says whom it could not reach in what its driver raised, without the statement around it."""
    return str(getattr(error, "orig", None) or error)[:300]
