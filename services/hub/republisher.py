"""Stored pictures once more, for stock imagezmq subscribers: a PUB socket that waits for nobody.

The hub publishes after it has answered. What a subscriber is too slow for is dropped by libzmq.
"""

import json
from collections.abc import Iterable

import zmq

from services.core.settings import SettingError, Settings
from services.intake.acceptor import Picture

QUEUE = 2
"""Pictures that libzmq holds for each subscriber: it is to see the newest."""
NOW = int(zmq.NOBLOCK)
MORE_NOW = int(zmq.SNDMORE | zmq.NOBLOCK)


class Republisher:
    """Publishes each picture as imagezmq's `send_jpg` does: its camera's `node view`, and the JPEG as it came."""

    def __init__(self, settings: Settings, context: "zmq.Context[zmq.Socket[bytes]]") -> None:
        self._settings = settings
        self._context = context
        self._socket: zmq.Socket[bytes] | None = None

    def open(self) -> None:
        """Binds, if the setting asks for it. Raises `SettingError` naming the setting when the port is taken."""
        port = self._settings.hub_republish_port
        if not port:
            return
        self._socket = self._context.socket(zmq.PUB)
        self._socket.setsockopt(zmq.SNDHWM, QUEUE)
        self._socket.setsockopt(zmq.LINGER, 0)
        try:
            self._socket.bind(f"tcp://{self._settings.hub_republish_host}:{port}")
        except zmq.ZMQError as error:
            raise SettingError(f"HEARTHWATCH_HUB_REPUBLISH_PORT={port}: {error.strerror}; choose another") from error

    def publish(self, pictures: Iterable[Picture]) -> None:
        """Hands them to those that listen; does nothing where it is off."""
        if self._socket is None:
            return
        for one in pictures:
            self._socket.send(json.dumps({"msg": one.source}).encode(), MORE_NOW)
            self._socket.send(one.data, NOW, copy=False)

    def close(self) -> None:
        """Closes, without waiting for subscribers."""
        if self._socket is not None:
            self._socket.close(linger=0)
