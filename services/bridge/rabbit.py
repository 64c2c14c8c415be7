"""The way to RabbitMQ: connections, and the exchanges as the older system makes them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pika import BlockingConnection, ConnectionParameters, PlainCredentials
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker, ProbableAuthenticationError

from services.core.settings import SettingError, Settings

PATIENCE_S = 5.0
HEARTBEAT_S = 30
BLOCKED_S = 60.0
NOT_FOUND = 404
CONTROL = "_control"


class RabbitAway(Exception):
    """RabbitMQ cannot be reached, or has ended the connection; the text says why."""


@dataclass(frozen=True)
class Place:
    """Where the older system's devices speak: exchanges and our queues at RabbitMQ, by their names."""

    events: str
    control: str
    queue: str
    refused: str

    @classmethod
    def of(cls, settings: Settings) -> "Place":
        """By the settings. Two houses may share a RabbitMQ: their queues have the base topic's name."""
        base, exchange = settings.mqtt_base_topic, settings.rabbitmq_exchange
        return cls(exchange, exchange + CONTROL, base, f"{base}_refused")


class Rabbit:
    """Opens connections. Raises `SettingError` when no host is set."""

    def __init__(self, settings: Settings) -> None:
        if settings.rabbitmq_host is None:
            raise SettingError("HEARTHWATCH_RABBITMQ_HOST is not set: set it to the machine that RabbitMQ runs on")
        # What it would log at each try is in `RabbitAway`.
        logging.getLogger("pika").setLevel(logging.CRITICAL + 1)
        self.place = Place.of(settings)
        self._where = f"{settings.rabbitmq_host}:{settings.rabbitmq_port}"
        self._user = settings.rabbitmq_user
        self._parameters = ConnectionParameters(
            host=settings.rabbitmq_host,
            port=settings.rabbitmq_port,
            virtual_host=settings.rabbitmq_vhost,
            credentials=PlainCredentials(settings.rabbitmq_user, settings.secret("rabbitmq_password")),
            heartbeat=HEARTBEAT_S,
            blocked_connection_timeout=BLOCKED_S,
            socket_timeout=PATIENCE_S,
            stack_timeout=2 * PATIENCE_S,
        )

    @contextmanager
    def connected(self) -> Iterator[BlockingConnection]:
        """A connection. Whatever goes wrong with it is raised as `RabbitAway`."""
        try:
            connection = BlockingConnection(self._parameters)
            try:
                yield connection
            finally:
                if connection.is_open:
                    connection.close()
        except ProbableAuthenticationError as error:
            fix = "check HEARTHWATCH_RABBITMQ_USER, its password and the vhost"
            raise RabbitAway(f"RabbitMQ at {self._where} refused {self._user}: {fix}") from error
        except (AMQPError, OSError) as error:
            raise RabbitAway(f"RabbitMQ at {self._where}: {error!r}"[:300]) from error


def declare(connection: BlockingConnection, name: str, kind: str) -> BlockingChannel:
    """A channel, with the exchange there. It is made only when nobody has: another make of it would be an error."""
    channel = connection.channel()
    try:
        channel.exchange_declare(name, passive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code != NOT_FOUND:
            raise
        channel = connection.channel()
        channel.exchange_declare(name, exchange_type=kind)
    return channel
