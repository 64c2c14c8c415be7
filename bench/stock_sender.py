"""Stock senders: imagezmq's own `ImageSender`, used as imagenode uses it."""

import hashlib
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import imagezmq
import zmq

PATIENCE_S = 1.0
"""Stock imagenode ends itself when a reply takes longer; it is started again and goes on with its next picture."""


@dataclass(frozen=True)
class Sending:
    """One picture that was sent. `at` is seconds since 1970; `reply` is None when none came in time."""

    sha256: str
    at: float
    reply_s: float
    reply: bytes | None


class StockSender:
    """One camera's sender. `send` is for one thread at a time."""

    def __init__(self, hub_port: int, camera: str) -> None:
        self.camera = camera
        self._address = f"tcp://127.0.0.1:{hub_port}"
        self._socket: imagezmq.ImageSender | None = None

    def send(self, jpeg: bytes) -> Sending:
        """Sends a picture and waits for the reply, as long as a stock imagenode would."""
        at, start = time.time(), time.monotonic()
        try:
            reply: bytes | None = self._open().send_jpg(f"{self.camera}|jpg", jpeg)
        except zmq.Again:
            reply = None
            self.close()
        return Sending(hashlib.sha256(jpeg).hexdigest(), at, time.monotonic() - start, reply)

    def close(self) -> None:
        """Lets the connection go."""
        if self._socket:
            self._socket.close()
        self._socket = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> imagezmq.ImageSender:
        if self._socket is None:
            self._socket = imagezmq.ImageSender(connect_to=self._address)
            self._socket.zmq_socket.setsockopt(zmq.LINGER, 0)
            self._socket.zmq_socket.setsockopt(zmq.RCVTIMEO, int(PATIENCE_S * 1000))
            self._socket.zmq_socket.setsockopt(zmq.SNDTIMEO, int(PATIENCE_S * 1000))
        return self._socket


class Crew:
    """Several cameras that each send a picture every `every_s` seconds until `stop`, one thread for each."""

    def __init__(self, hub_port: int, cameras: list[str], every_s: float, picture: Callable[[], bytes]) -> None:
        self._every_s = every_s
        self._picture = picture
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._sent: list[Sending] = []
        self._threads = [
            threading.Thread(target=self._work, args=(StockSender(hub_port, name), place / len(cameras)))
            for place, name in enumerate(cameras)
        ]

    def sent(self) -> list[Sending]:
        """All so far."""
        with self._lock:
            return list(self._sent)

    def stop(self) -> list[Sending]:
        """Ends all senders; everything that was sent."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        return self.sent()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _work(self, sender: StockSender, phase: float) -> None:
        """Cameras do not tick together: each begins at its share of the pause."""
        start = time.monotonic() + phase * self._every_s
        with sender:
            for number in itertools.count():
                picture = self._picture()
                due = start + number * self._every_s
                if self._stopping.wait(max(due - time.monotonic(), 0)):
                    return
                sending = sender.send(picture)
                with self._lock:
                    self._sent.append(sending)
