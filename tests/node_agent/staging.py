"""What the agent's tests stand on: a clock that they own, made-up scenes, and hubs that behave badly."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import zmq

from node_agent.frames import Frame, Pixels
from node_agent.messages import Message, Writer

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
SIZE = (320, 240)


class TestClock:
    """Time that passes only when somebody waits."""

    __test__ = False

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []
        self.stopping = False
        self.on_wait: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> bool:
        if seconds > 0:
            self.waits.append(seconds)
            self.seconds += seconds
        self.on_wait()
        return self.stopping


def until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait for a condition that other threads or processes bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still waiting for: {what}"
        time.sleep(0.01)


def scene(level: int = 80, square: tuple[int, int, int] | None = None) -> Pixels:
    """An even grey picture; `square` (left, top, side) puts something bright into it."""
    picture = np.full((SIZE[1], SIZE[0], 3), level, np.uint8)
    if square is not None:
        left, top, side = square
        picture[top : top + side, left : left + side] = 230
    return picture


def clip(path: Path, pictures: list[Pixels], rate: float = 10) -> Path:
    """A Motion-JPEG file."""
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (width, height))
    assert writer.isOpened()
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return path


def brightness(frame: Frame | None) -> int:
    """The mean level of a frame, to the nearest ten: it survives JPEG."""
    assert frame is not None
    return round(float(frame.pixels.mean()) / 10) * 10


class ListSource:
    """A source that gives the pictures of a list, a tenth of a second apart."""

    def __init__(self, clock: TestClock, pictures: list[Pixels]) -> None:
        self._clock = clock
        self._pictures = iter(pictures)
        self.closed = False

    def open(self) -> None:
        self.closed = False

    def read(self) -> Frame | None:
        self._clock.seconds = round(self._clock.seconds + 0.1, 6)
        picture = next(self._pictures, None)
        return None if picture is None else Frame(picture.copy(), self._clock.now())

    def close(self) -> None:
        self.closed = True


def message(text: str = "Demo Street|jpg", seconds: float = 0, body: bytes = b"jpeg") -> Message:
    """A picture's message, captured so many seconds after noon."""
    return Writer().picture(text, NOON + timedelta(seconds=seconds), body)


def numbered(count: int) -> list[Message]:
    """Messages `m0`, `m1`, … one second apart."""
    return [message(f"m{number}", seconds=number) for number in range(count)]


@dataclass
class RouterHub:
    """A hub on a ROUTER socket; `behave` chooses the reply to a text, None for silence."""

    port: int
    behave: Callable[[str], bytes | None] = field(default=lambda _: b"OK")
    texts: list[str] = field(default_factory=list)
    parts: list[list[bytes]] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator["RouterHub"]:
        stop = threading.Event()
        ready = threading.Event()
        thread = threading.Thread(target=self._serve, args=(stop, ready))
        thread.start()
        assert ready.wait(10)
        try:
            yield self
        finally:
            stop.set()
            thread.join(10)
            assert not thread.is_alive()

    def _serve(self, stop: threading.Event, ready: threading.Event) -> None:
        context = zmq.Context()
        socket = context.socket(zmq.ROUTER)
        socket.linger = 0
        _bind(socket, self.port)
        ready.set()
        while not stop.is_set():
            if socket.poll(20):
                self._receive(socket)
        socket.close()
        context.term()

    def _receive(self, socket: "zmq.Socket[bytes]") -> None:
        peer, _, header, body = socket.recv_multipart()
        text = _text(header)
        self.parts.append([header, body])
        self.texts.append(text)
        reply = self.behave(text)
        if reply is not None:
            socket.send_multipart([peer, b"", reply])


def _bind(socket: "zmq.Socket[bytes]", port: int) -> None:
    """A port that a socket has just left is free only when ZeroMQ's own thread has closed it."""
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.bind(f"tcp://127.0.0.1:{port}")
            return
        except zmq.ZMQError:
            assert time.monotonic() < deadline, f"port {port} stays taken"
            time.sleep(0.02)


def _text(header: bytes) -> str:
    said: dict[str, Any] = json.loads(header)
    return str(said["msg"])


def script(path: Path, text: str) -> str:
    """A program that plays another one; its path."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)
