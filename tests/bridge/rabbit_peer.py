"""A real RabbitMQ, and a board of the older system that speaks with it."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

import msgpack
import pika

from tests.peers import DEADLINE_S, Peer, free_port, listens, wait_until

EXCHANGE = "home_automation"
CONTROL = "home_automation_control"
SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
"""Debian's own start for a node, under whoever asks; the one in /usr/sbin starts the machine's."""


class RabbitMq(Peer):
    """A node of its own, with a name service (epmd) of its own, so that nothing of the machine's is touched."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._names = free_port()
        self._nodes = free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        (folder / "plugins").write_text("[].\n")
        (folder / "environment").touch()

    def command(self) -> list[str]:
        return [SERVER]

    def start(self) -> None:
        """Starts it and waits until it answers."""
        environment = self._environment()
        with (self.folder / "log").open("ab") as log:
            epmd = [shutil.which("epmd") or "/usr/bin/epmd", "-port", str(self._names)]
            self._epmd = subprocess.Popen(epmd, stdout=log, stderr=log, env=environment)
            wait_until(lambda: listens(self._names), "epmd")
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, env=environment)
        wait_until(self._answers, f"RabbitMQ on port {self.port}; see {self.folder}/log", 2 * DEADLINE_S)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends both."""
        super().stop(number)
        if self._epmd is not None:
            self._epmd.terminate()
            self._epmd.wait(DEADLINE_S)
            self._epmd = None

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"hearthwatch-test-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._nodes),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def connect(self) -> pika.BlockingConnection:
        """A connection as the guest that RabbitMQ comes with."""
        return pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", self.port))

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds that nobody has taken."""
        connection = self.connect()
        try:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
        finally:
            connection.close()


class Board:
    """A board that listens to some routing keys; it makes the exchanges as the older system's programs do."""

    def __init__(self, rabbit: RabbitMq, *listens_to: str) -> None:
        self._connection = rabbit.connect()
        self._channel = self._connection.channel()
        self._channel.exchange_declare(EXCHANGE, exchange_type="topic")
        self._channel.exchange_declare(CONTROL, exchange_type="direct")
        self._queue = self._channel.queue_declare("", exclusive=True).method.queue
        for routing_key in listens_to:
            self._channel.queue_bind(self._queue, CONTROL, routing_key)
        self._channel.confirm_delivery()
        self._heard: Queue[dict[str, Any]] = Queue()
        self._channel.basic_consume(self._queue, self._hear, auto_ack=True)

    def says(self, routing_key: str, body: bytes) -> None:
        """Publishes, and waits until RabbitMQ has it in a queue."""
        kept = pika.BasicProperties(delivery_mode=2)
        self._channel.basic_publish(EXCHANGE, routing_key, body, kept, mandatory=True)

    def hears(self) -> dict[str, Any]:
        """The next order."""
        wait_until(self._has_heard, "an order")
        return self._heard.get_nowait()

    def _has_heard(self) -> bool:
        self._connection.process_data_events(0)
        return not self._heard.empty()

    def _hear(self, _channel: object, _method: object, _properties: object, body: bytes) -> None:
        self._heard.put(msgpack.unpackb(body))

    def close(self) -> None:
        """Leaves."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection.is_open:
            self.close()


def taken(rabbit: RabbitMq, queue: str) -> tuple[bytes, dict[str, Any]]:
    """The next message that waits in a queue, with its headers. Raises `Empty` when there is none."""
    connection = rabbit.connect()
    try:
        method, properties, body = connection.channel().basic_get(queue, auto_ack=True)
    finally:
        connection.close()
    if method is None:
        raise Empty
    return body, dict(properties.headers)
