"""The hub's sockets: one ROUTER for REQ senders, one more for encrypted ones, one SUB for each publisher, one PUB.

ROUTER takes the same two frames as a REP socket does, and lets the answer wait until the picture is durable.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator

from services.core.clock import Clock
from services.core.logging import get
from services.core.settings import SettingError, Settings
from services.hub import metrics
from services.hub.arrival import Arrival
from services.hub.reader import Reader
from services.hub.republisher import Republisher

GROUP_MESSAGES = 64
GROUP_BYTES = 16_000_000
# Beyond this libzmq itself hangs up, before the bytes fill memory.
HARD_LIMIT_FACTOR = 2
# Messages that libzmq itself holds for each peer. A REQ sender has one under way; a publisher may run ahead.
ROUTER_QUEUE = 4
PUBLISHER_QUEUE = 200
# As plain numbers: putting flags together anew for each picture has its price.
NOW = int(zmq.NOBLOCK)
MORE_NOW = int(zmq.SNDMORE | zmq.NOBLOCK)
log = get(__name__)


class Door:
    """Receives and answers. Only whoever holds the hub's lock may use it: sockets are not thread-safe."""

    def __init__(self, settings: Settings, clock: Clock, reader: Reader) -> None:
        self._settings = settings
        self._clock = clock
        self._reader = reader
        self._context = zmq.Context()
        self._republisher = Republisher(settings, self._context)
        self._authenticator: ThreadAuthenticator | None = None
        self._poller = zmq.Poller()
        self._routers: list[zmq.Socket[bytes]] = []
        self._publishers: dict[zmq.Socket[bytes], tuple[str, float]] = {}

    def open(self) -> None:
        """Binds and connects. Raises `SettingError` naming the setting when a port is taken or a key is missing."""
        self._bind(self._settings.hub_port, "HEARTHWATCH_HUB_PORT")
        if self._settings.hub_curve_port:
            self._bind(self._settings.hub_curve_port, "HEARTHWATCH_HUB_CURVE_PORT", self._curve_folder())
        for address in self._settings.hub_publishers:
            self._subscribe(address)
        self._republisher.open()

    def receive(self, wait_s: float = 0.0) -> list[Arrival]:
        """All that has arrived, up to a group's size; waits for a first message so long.

        No socket takes another one's share.
        """
        if wait_s and not self._poller.poll(int(wait_s * 1000)):
            return []
        now = self._clock.monotonic()
        sockets = (*self._routers, *self._publishers)
        share = max(1, GROUP_MESSAGES // len(sockets))
        group: list[Arrival] = []
        for socket in sockets:
            group += self._receive_from(socket, share, GROUP_BYTES // len(sockets), now)
        return group

    def answer(self, arrivals: Sequence[Arrival]) -> None:
        """Sends each answer that is still owed."""
        for arrival in arrivals:
            if arrival.envelope and arrival.reply is not None and not arrival.answered:
                for part in arrival.envelope:
                    arrival.socket.send(part, MORE_NOW)
                arrival.socket.send(arrival.reply, NOW)
            arrival.answered = True

    def show(self, arrivals: Sequence[Arrival]) -> None:
        """Publishes the pictures once more that were stored, if somebody is to have them."""
        self._republisher.publish(picture for arrival in arrivals for picture in arrival.pictures)

    def reopen_silent_publishers(self) -> None:
        """Connects anew to publishers that have said nothing for too long (a SUB socket may hang for ever)."""
        now = self._clock.monotonic()
        for socket, (address, heard) in list(self._publishers.items()):
            if now - heard > self._settings.hub_publisher_silence_s:
                self._poller.unregister(socket)
                del self._publishers[socket]
                socket.close(linger=0)
                self._subscribe(address)
                metrics.publishers_reopened.labels(address).inc()
                log.warning("publisher_reopened", publisher=address)

    def close(self) -> None:
        """Closes everything, without waiting for peers."""
        for socket in (*self._routers, *self._publishers):
            socket.close(linger=100)
        self._republisher.close()
        if self._authenticator:
            self._authenticator.stop()
        self._context.term()

    def _bind(self, port: int, setting: str, curve: Path | None = None) -> None:
        socket = self._context.socket(zmq.ROUTER)
        self._routers.append(socket)
        self._limit(socket, ROUTER_QUEUE)
        if curve:
            self._encrypt(socket, curve)
        try:
            socket.bind(f"tcp://{self._settings.hub_host}:{port}")
        except zmq.ZMQError as error:
            raise SettingError(f"{setting}={port}: {error.strerror}; choose another port") from error
        self._poller.register(socket, zmq.POLLIN)

    def _limit(self, socket: "zmq.Socket[bytes]", queue: int) -> None:
        socket.setsockopt(zmq.MAXMSGSIZE, self._settings.hub_max_bytes * HARD_LIMIT_FACTOR)
        socket.setsockopt(zmq.RCVHWM, queue)
        # A node whose power fails never hangs up.
        socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
        socket.setsockopt(zmq.TCP_KEEPALIVE_IDLE, 60)

    def _curve_folder(self) -> Path:
        if self._settings.hub_curve_dir is None:
            raise SettingError("HEARTHWATCH_HUB_CURVE_PORT needs HEARTHWATCH_HUB_CURVE_DIR: the folder of the keys")
        return self._settings.hub_curve_dir

    def _encrypt(self, socket: "zmq.Socket[bytes]", folder: Path) -> None:
        try:
            public, secret = zmq.auth.load_certificate(folder / "hub.key_secret")
        except OSError as error:
            raise SettingError(
                f"HEARTHWATCH_HUB_CURVE_DIR: {error}; docs/node-agent.md says how to make keys"
            ) from error
        if self._authenticator is None:
            self._authenticator = ThreadAuthenticator(self._context)
            self._authenticator.start()
        self._authenticator.configure_curve(domain="*", location=str(folder / "clients"))
        socket.curve_publickey, socket.curve_secretkey, socket.curve_server = public, secret or b"", True

    def _subscribe(self, address: str) -> None:
        socket = self._context.socket(zmq.SUB)
        self._publishers[socket] = (address, self._clock.monotonic())
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        self._limit(socket, PUBLISHER_QUEUE)
        try:
            socket.connect(address)
        except zmq.ZMQError as error:
            raise SettingError(
                f"HEARTHWATCH_HUB_PUBLISHERS: {address}: {error.strerror}; write tcp://host:port"
            ) from error
        self._poller.register(socket, zmq.POLLIN)

    def _receive_from(self, socket: Any, most: int, most_bytes: int, now: float) -> Iterator[Arrival]:
        weight = 0
        for _ in range(most):
            try:
                first = socket.recv(NOW, copy=False)
            except zmq.Again:
                return
            # Copying costs less than handing over: a picture is small, and a frame that is lent has its price.
            frames = [first.bytes]
            while socket.getsockopt(zmq.RCVMORE):
                frames.append(socket.recv(NOW))
            yield self._arrival(socket, first, frames, now)
            weight += sum(map(len, frames))
            if weight > most_bytes:
                return

    def _arrival(self, socket: Any, first: zmq.Frame, frames: list[bytes], now: float) -> Arrival:
        if socket in self._publishers:
            address, _ = self._publishers[socket]
            self._publishers[socket] = (address, now)
            return Arrival([], socket, now, self._reader.read(address.encode(), None, frames))
        # Behind the identity, a REQ socket sends an empty frame.
        split = 2 if len(frames) > 1 and not frames[1] else 1
        envelope, message = frames[:split], frames[split:]
        reading = self._reader.read(envelope[0], partial(_address, first), message)
        return Arrival(envelope, socket, now, reading)


def _address(frame: zmq.Frame) -> str:
    try:
        return str(frame.get("Peer-Address"))
    except zmq.ZMQError:
        return ""
