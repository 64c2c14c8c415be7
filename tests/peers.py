"""The real servers that tests talk to. Each is a child of the test process and ends with its `with` block."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymysql
from pydantic import SecretStr

from services.core.settings import Settings

DEADLINE_S = 60
PORTS = range(10_000, 20_000)
REFUSED_BY_BROWSERS = 10_080
SIDE_BY_SIDE = 8


def free_port() -> int:
    """A loopback port that nobody listens on now.

    Outgoing connections take theirs from 32768 on, and could have it before it is listened on; so could a test beside
    this one, which therefore has other ports to choose from.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    port = random.choice(PORTS[worker % SIDE_BY_SIDE :: SIDE_BY_SIDE])
    return port if port != REFUSED_BY_BROWSERS and _is_free(port) else free_port()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    """Whether something answers on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Any, what: str, seconds: float = DEADLINE_S) -> None:
    """Waits for a condition of another process. Raises `TimeoutError` that says for what."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s for {what}")
        time.sleep(0.02)


class Peer(ABC):
    """A server process on a loopback port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The server's command line."""

    def start(self) -> None:
        """Starts it and waits until it listens."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        wait_until(lambda: listens(self.port), f"{type(self).__name__} on port {self.port}; see {self.folder}/log")

    def send(self, number: signal.Signals) -> None:
        """Sends a signal, such as SIGSTOP or SIGKILL."""
        assert self.process is not None
        os.kill(self.process.pid, number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends it and waits for the end."""
        if self.process is None:
            return
        self.send(number)
        self.process.wait(DEADLINE_S)
        self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class MariaDb(Peer):
    """MariaDB with a database and user `hearthwatch`; quick rather than durable unless told otherwise."""

    password = "test-password"

    def __init__(self, folder: Path, durable: bool = False) -> None:
        super().__init__(folder)
        self._durable = durable
        # A Unix socket's path may be 107 characters long at most, and pytest's folders are longer.
        self.socket = Path("/tmp") / f"hw-test-{os.getpid()}-{self.port}.sock"

    def command(self) -> list[str]:
        return [
            shutil.which("mariadbd") or "/usr/sbin/mariadbd",
            "--no-defaults",
            f"--datadir={self.folder}/data",
            f"--socket={self.socket}",
            f"--port={self.port}",
            # A starting server deletes others' temporary tables from a folder that they share.
            f"--tmpdir={self.folder}",
            "--bind-address=127.0.0.1",
            f"--init-file={self.folder}/init.sql",
            "--skip-log-bin",
            "--skip-name-resolve",
            "--innodb-buffer-pool-size=128M",
            f"--innodb-flush-log-at-trx-commit={1 if self._durable else 0}",
            f"--user={'root' if os.getuid() == 0 else os.environ.get('USER', 'root')}",
        ]

    def start(self) -> None:
        if not (self.folder / "data").exists():
            self._install()
        super().start()
        wait_until(self._answers, "MariaDB's first answer")

    def _install(self) -> None:
        places = [f"--datadir={self.folder}/data", f"--tmpdir={self.folder}"]
        install = ["mariadb-install-db", "--no-defaults", *places, "--skip-test-db"]
        root = ["--user=root"] if os.getuid() == 0 else []
        subprocess.run([*install, *root, "--auth-root-authentication-method=normal"], check=True, capture_output=True)
        (self.folder / "init.sql").write_text(
            "CREATE DATABASE IF NOT EXISTS hearthwatch CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
            f"CREATE USER IF NOT EXISTS hearthwatch@'127.0.0.1' IDENTIFIED BY '{self.password}';\n"
            "GRANT ALL ON *.* TO hearthwatch@'127.0.0.1' WITH GRANT OPTION;\n"
        )

    def _answers(self) -> bool:
        try:
            pymysql.connect(host="127.0.0.1", port=self.port, user="hearthwatch", password=self.password).close()
        except pymysql.err.OperationalError:
            return False
        return True

    def settings(self, **more: Any) -> Settings:
        """Settings that lead to it."""
        return Settings(_env_file=None, db_port=self.port, db_password=SecretStr(self.password), **more)


class Mosquitto(Peer):
    """Mosquitto with the options that the product uses, but no passwords."""

    def command(self) -> list[str]:
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {self.folder}/\nmax_queued_messages 100000\nset_tcp_nodelay true\n"
            "log_type error\nlog_type warning\nlog_type notice\nlog_type information\nlog_type subscribe\n"
            + ("user root\n" if os.getuid() == 0 else "")
        )
        return [shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-c", str(config)]
