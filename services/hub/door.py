"""The hub's sockets: one ROUTER for REQ senders, one more for encrypted ones, one SUB for each publisher.

ROUTER takes the same two frames as a REP socket does, and lets the answer wait until the picture is durable.
"""

from collections.abc import Sequence
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

GROUP_MESSAGES = 64
GROUP_BYTES = 16_000_000
# Beyond this libzmq itself hangs up, before the bytes fill memory.
HARD_LIMIT_FACTOR = 2
log = get(__name__)


class Door:
    """Receives and answers. Only whoever holds the hub's lock may use it: sockets are not thread-safe."""

    def __init__(self, settings: Settings, clock: Clock, reader: Reader) -> None:
        self._settings = settings
        self._clock = clock
        self._reader = reader
        self._context = zmq.Context()
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

    def wait(self, seconds: float) -> bool:
        """Waits for a message; False when none came."""
        return bool(self._poller.poll(int(seconds * 1000)))

    def receive(self) -> list[Arrival]:
        """All that has arrived, up to a group's size; never waits."""
        now = self._clock.monotonic()
        group: list[Arrival] = []
        weight = 0
        for socket in (*self._routers, *self._publishers):
            while len(group) < GROUP_MESSAGES and weight < GROUP_BYTES:
                try:
                    frames = socket.recv_multipart(zmq.NOBLOCK, copy=False)
                except zmq.Again:
                    break
                arrival = self._arrival(socket, frames, now)
                group.append(arrival)
                weight += arrival.nbytes
        return group

    def answer(self, arrivals: Sequence[Arrival]) -> None:
        """Sends each answer that is still owed."""
        for arrival in arrivals:
            if arrival.envelope and arrival.reply is not None and not arrival.answered:
                arrival.socket.send_multipart([*arrival.envelope, arrival.reply], zmq.NOBLOCK)
            arrival.answered = True

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
        if self._authenticator:
            self._authenticator.stop()
        self._context.term()

    def _bind(self, port: int, setting: str, curve: Path | None = None) -> None:
        socket = self._context.socket(zmq.ROUTER)
        socket.setsockopt(zmq.MAXMSGSIZE, self._settings.hub_max_bytes * HARD_LIMIT_FACTOR)
        socket.setsockopt(zmq.RCVHWM, 1000)
        if curve:
            self._encrypt(socket, curve)
        try:
            socket.bind(f"tcp://{self._settings.hub_host}:{port}")
        except zmq.ZMQError as error:
            raise SettingError(f"{setting}={port}: {error.strerror}; choose another port") from error
        self._routers.append(socket)
        self._poller.register(socket, zmq.POLLIN)

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
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.setsockopt(zmq.MAXMSGSIZE, self._settings.hub_max_bytes * HARD_LIMIT_FACTOR)
        try:
            socket.connect(address)
        except zmq.ZMQError as error:
            raise SettingError(
                f"HEARTHWATCH_HUB_PUBLISHERS: {address}: {error.strerror}; write tcp://host:port"
            ) from error
        self._publishers[socket] = (address, self._clock.monotonic())
        self._poller.register(socket, zmq.POLLIN)

    def _arrival(self, socket: Any, frames: list[Any], now: float) -> Arrival:
        envelope: list[Any] = []
        if socket in self._publishers:
            self._publishers[socket] = (self._publishers[socket][0], now)
            connection = self._publishers[socket][0].encode()
        else:
            envelope, frames = _split(frames)
            connection = envelope[0] if envelope else b""
        entries, reply = self._reader.read(connection, _address(frames), [frame.buffer for frame in frames])
        return Arrival(envelope, socket, now, entries, reply)


def _split(frames: list[Any]) -> tuple[list[bytes], list[Any]]:
    """The envelope (identity and, from REQ, an empty frame) and the message behind it."""
    if len(frames) > 1 and not len(frames[1]):
        return [frames[0].bytes, b""], frames[2:]
    return [frames[0].bytes], frames[1:]


def _address(frames: list[Any]) -> str:
    try:
        return str(frames[0].get("Peer-Address")) if frames else ""
    except zmq.ZMQError:
        return ""
