"""The hub as a process, with a database and a broker; and what it has stored."""

import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import imagezmq
import zmq
from sqlalchemy import Engine, select

from services.core.settings import Settings
from services.store.tables import image
from tests.peers import free_port, listens, wait_until
from tests.processes import ROOT, environment


class House:
    """One hub, started and killed as often as a test likes."""

    def __init__(self, settings: Settings, engine: Engine, **more: str) -> None:
        self.settings = settings
        self.engine = engine
        self.port = free_port()
        self.health_port = free_port()
        self.more = {"HEARTHWATCH_HUB_HOST": "127.0.0.1", **more}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        ports = {"HEARTHWATCH_HUB_PORT": str(self.port), "HEARTHWATCH_HEALTH_PORT": str(self.health_port)}
        env = environment(self.settings, **ports, **self.more)
        with (self.settings.data_dir / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.hub"], cwd=ROOT, env=env, stdout=log, stderr=log
            )
        wait_until(lambda: listens(self.port), f"the hub; see {self.settings.data_dir}/log")

    def send(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ends it; its exit code."""
        self.send(number)
        assert self.process
        return self.process.wait(30)

    def drain_pid(self) -> int:
        """The process that drains."""
        assert self.process
        found: list[int] = []

        def look() -> bool:
            tasks = Path(f"/proc/{self.process.pid}/task").iterdir() if self.process else []
            found[:] = [int(one) for task in tasks for one in (task / "children").read_text().split()]
            return bool(found)

        wait_until(look, "the drain")
        return found[0]

    def counter(self, name: str) -> float:
        """A counter's sum over its labels, from /metrics."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/metrics", timeout=10) as page:
            lines = page.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))

    def ready(self) -> dict[str, bool]:
        url = f"http://127.0.0.1:{self.health_port}/readyz"
        try:
            with urllib.request.urlopen(url, timeout=10) as page:
                return dict(json.load(page))
        except urllib.error.HTTPError as error:
            with error:
                return dict(json.load(error))

    def rows(self, table: Any = image) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(table)))

    def files(self) -> dict[str, bytes]:
        """Every file below images/, by its path below the media folder."""
        found = (path for path in (self.settings.media / "images").rglob("*") if path.is_file())
        return {str(path.relative_to(self.settings.media)): path.read_bytes() for path in found}

    def log_lines(self) -> list[str]:
        return (self.settings.media / "logs" / "imagehub.log").read_text().splitlines()

    def wait_rows(self, count: int, table: Any = image, seconds: float = 60) -> None:
        wait_until(lambda: len(self.rows(table)) >= count, f"{count} rows of {table.name}", seconds)

    def is_settled(self) -> bool:
        """Whether each file has one row and each row its whole file."""
        return {row.path: row.sha256 for row in self.rows()} == {
            path: hashlib.sha256(data).hexdigest() for path, data in self.files().items()
        }

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(20)
            with (self.settings.spool / "hub" / "drain.lock").open("a") as lock:
                # The drain outlives a hub that is killed, by the batch that it is at.
                fcntl.flock(lock, fcntl.LOCK_EX)


@contextmanager
def house(settings: Settings, engine: Engine, **more: str) -> Iterator[House]:
    """Set up, running, and gone at the end."""
    made = House(settings, engine, **more)
    made.start()
    try:
        yield made
    finally:
        made.stop()


class StockSender(threading.Thread):
    """A stock sender that never gives up: after a second without an answer it begins anew, as its manual says."""

    def __init__(self, port: int, name: str, picture: bytes) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._camera = name
        self._picture = picture
        self._stopping = threading.Event()
        self.acknowledged: list[str] = []
        self.replies: list[bytes] = []
        self.gave_up = 0

    def run(self) -> None:
        sender = self._open()
        number = 0
        while not self._stopping.is_set():
            number += 1
            data = self._picture + f"{self._camera} {number}".encode()
            try:
                reply = sender.send_jpg(f"{self._camera}|jpg", data)
            except zmq.Again:
                self.gave_up += 1
                sender.close()
                sender = self._open()
                continue
            self.replies.append(reply)
            if reply == b"OK":
                self.acknowledged.append(hashlib.sha256(data).hexdigest())
            time.sleep(0.002)
        sender.close()

    def stop(self) -> None:
        self._stopping.set()
        self.join(20)
        assert not self.is_alive()

    def _open(self) -> imagezmq.ImageSender:
        sender = imagezmq.ImageSender(connect_to=f"tcp://127.0.0.1:{self._port}")
        sender.zmq_socket.setsockopt(zmq.LINGER, 0)
        sender.zmq_socket.setsockopt(zmq.RCVTIMEO, 1000)
        return sender


@contextmanager
def load(port: int, picture: bytes, count: int = 4) -> Iterator[list[StockSender]]:
    """Stock senders under way; they have stopped when it ends."""
    senders = [StockSender(port, f"Camera {number}", picture) for number in range(count)]
    for sender in senders:
        sender.start()
    try:
        yield senders
    finally:
        for sender in senders:
            sender.stop()


def acknowledged(senders: list[StockSender]) -> list[str]:
    """The hashes of all pictures that were answered with OK."""
    return [one for sender in senders for one in sender.acknowledged]


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    os.kill(pid, number)
