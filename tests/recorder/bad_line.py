"""A bad line to an RTSP camera: what comes through it is damaged for a while."""

import random
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Self

RTP_HEAD = 12
VIDEO = 0


class BadLine:
    """Listens on `port`, and passes everything on to and from a server's; while `damages` is set, not as it was.

    Only what pictures are made of is damaged: words, and the heads of packets, arrive as they were sent.
    """

    def __init__(self, server: int) -> None:
        self._server = server
        self._chance = random.Random(5)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.damages = threading.Event()
        self.damaged = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A thread that waits in `accept` is not woken by a `close`.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._server))
                for work in (self._there, self._back):
                    threading.Thread(target=work, args=(near, far), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError), near, far:
            while data := near.recv(65536):
                far.sendall(data)

    def _back(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError), near, far.makefile("rb") as stream:
            while first := stream.read(1):
                near.sendall(first + self._packet(stream) if first == b"$" else first)

    def _packet(self, stream: BinaryIO) -> bytes:
        head = stream.read(3)
        body = bytearray(stream.read(int.from_bytes(head[1:], "big")))
        if self.damages.is_set() and head[0] == VIDEO and len(body) > RTP_HEAD:
            self.damaged += 1
            for _ in range(3):
                body[self._chance.randrange(RTP_HEAD, len(body))] ^= 1 << self._chance.randrange(8)
        return head + body
