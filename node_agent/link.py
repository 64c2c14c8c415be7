"""The connection to the hub: one question, one answer, and never a hang."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import zmq

from node_agent.curve import CurveKeys
from node_agent.messages import Message

_SLICE_MS = 100


class Outcome(Enum):
    """What became of a message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SILENT = "silent"


@dataclass(frozen=True)
class Answer:
    """The outcome, and the words of a refusal."""

    outcome: Outcome
    words: str = ""


class HubLink:
    """A ZeroMQ REQ socket that is thrown away whenever an answer does not come in time.

    A REQ socket whose answer is lost can never send again; a new one costs nothing. To be used by one thread.
    """

    def __init__(
        self, address: str, stopping: Callable[[], bool], keys: CurveKeys | None = None, timeout_s: float = 2.0
    ) -> None:
        self._address = address
        self._stopping = stopping
        self._keys = keys
        self._slices = max(1, round(timeout_s * 1000 / _SLICE_MS))
        self._context = zmq.Context()
        self._socket: zmq.Socket[bytes] | None = None

    def ask(self, message: Message) -> Answer:
        """Send the message and wait for the hub's answer, at most the time-out each, less if the agent stops."""
        socket = self._socket = self._socket or self._connect()
        if self._ready(socket, zmq.POLLOUT):
            socket.send_multipart([message.header, message.body], zmq.NOBLOCK)
            if self._ready(socket, zmq.POLLIN):
                return understood(b" ".join(socket.recv_multipart(zmq.NOBLOCK)))
        self._disconnect()
        return Answer(Outcome.SILENT)

    def close(self) -> None:
        """End the connection."""
        self._disconnect()
        self._context.term()

    def _connect(self) -> "zmq.Socket[bytes]":
        socket = self._context.socket(zmq.REQ)
        socket.linger = 0
        socket.setsockopt(zmq.IPV6, int("[" in self._address))
        if self._keys is not None:
            self._keys.apply(socket)
        socket.connect(self._address)
        return socket

    def _disconnect(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ready(self, socket: "zmq.Socket[bytes]", event: int) -> bool:
        return any(socket.poll(_SLICE_MS, event) for _ in range(self._slices) if not self._stopping())


def understood(reply: bytes) -> Answer:
    """A reply that begins with REFUSED is a refusal; any other is an acceptance, as stock hubs may say anything."""
    if reply.startswith(b"REFUSED"):
        return Answer(Outcome.REFUSED, reply.decode(errors="replace"))
    return Answer(Outcome.ACCEPTED)
