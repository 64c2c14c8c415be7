"""Speaks to devices of the older system, in their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgpack
from pika import BasicProperties
from pika.exceptions import UnroutableError

from services.bridge.rabbit import Rabbit, declare


@dataclass(frozen=True)
class Spoken:
    """One way to say an order: the routing key by which a device listens, and the body."""

    routing_key: str
    body: dict[str, Any]


class Mouth:
    """Each order has a connection of its own: they are rare, and whoever waits long between two is cut off."""

    def __init__(self, rabbit: Rabbit) -> None:
        self._rabbit = rabbit

    def say(self, ways: Sequence[Spoken], lasts_s: float) -> str | None:
        """Says it in the first way that somebody listens to, for so many seconds; that way's routing key.

        None when nobody listens. Raises `RabbitAway`.
        """
        control = self._rabbit.place.control
        with self._rabbit.connected() as connection:
            channel = declare(connection, control, "direct")
            channel.confirm_delivery()
            properties = BasicProperties(expiration=str(max(1, int(lasts_s * 1000))))
            for way in ways:
                try:
                    channel.basic_publish(control, way.routing_key, msgpack.packb(way.body), properties, mandatory=True)
                except UnroutableError:
                    continue
                return way.routing_key
        return None
