"""A real FTP intake in this process: sockets, desk, spool and media; who may send is given, no database is asked."""

import ftplib
import io
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyftpdlib.ioloop import IOLoop

from services.core import machine_password
from services.core.clock import SystemClock
from services.core.media import FileSystemFlush
from services.core.rate import RateLimit
from services.core.settings import Settings
from services.core.spool import Record, SpoolWriter, read_closed
from services.core.zone import zone_of
from services.ftp.answers import Answers
from services.ftp.door import Door
from services.ftp.greeting import House
from services.ftp.lockout import Lockout
from services.ftp.taking import Taking
from services.ftp.users import User, Users
from services.intake.acceptor import Acceptor
from services.intake.allow import AllowList
from services.intake.desk import Desk
from services.intake.opening import prepare

PASSWORD = "a-password-of-a-camera"
HASH = machine_password.hashed(PASSWORD)
USERS = (
    User("front", HASH, "Front Door"),
    User("back", HASH, "Back Yard"),
    User("all", HASH, None, {"Front Door": "Front Door", "front-door": "Front Door", "garage": "Garage"}),
)


class Rig:
    """`client` signs in; `records` is what is durable."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        usual: dict[str, Any] = {
            "time_zone": "Europe/Rome",
            "ftp_tls": "off",
            "ftp_passive": "40000-40200",
            "ftp_max_rate": 10_000,
        }
        usual |= {"ftp_host": "127.0.0.1", "ftp_port": 0}
        self.settings = Settings(_env_file=None, data_dir=folder, **(usual | settings))
        self.folder = self.settings.spool / "ftp"
        self.clock = SystemClock()
        self.media = prepare(self.settings, "ftp")
        self.flush = FileSystemFlush(self.settings.media)
        self.slow: Callable[[], None] = self.flush
        acceptor = Acceptor(self.media, SpoolWriter(self.folder), lambda: self.slow(), self.clock)  # noqa: PLW0108 (tests slow it down)
        self.desk = Desk(acceptor)
        self.users = Users(self.folder)
        self.users.replace(USERS)
        self.lockout = Lockout(self.clock, self.settings.ftp_lock_tries, 900)
        self.pool = ThreadPoolExecutor(16)
        loop = IOLoop()
        self.house = House(
            self.users,
            Taking(self.desk, self.clock, zone_of(self.settings.time_zone)),
            self.folder / "whole",
            self.pool,
            Answers(loop),
            self.clock,
            AllowList(self.settings.ftp_allow),
            self.lockout,
            RateLimit(self.clock, self.settings.ftp_max_rate),
            self.settings.ftp_max_connections,
        )
        self.door = Door(self.settings, self.house, loop, self.folder)
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=work, args=(self.stopping, lambda: None))
            for work in (self.door.work, self.desk.work)
        ]
        for thread in self.threads:
            thread.start()

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    def records(self) -> list[Record]:
        return list(read_closed(self.folder))

    def sent(self, record: Record) -> bytes:
        return self.media.path(record["path"]).read_bytes()

    def partial(self) -> list[Path]:
        return [path for path in self.incoming.rglob("*") if path.is_file()]

    @contextmanager
    def client(self, user: str = "front", password: str = PASSWORD, address: str = "127.0.0.1") -> Iterator[ftplib.FTP]:
        with ftplib.FTP(timeout=20, source_address=(address, 0)) as client:
            client.connect("127.0.0.1", self.door.port)
            client.login(user, password)
            yield client

    @contextmanager
    def tls_client(self, user: str = "front") -> Iterator[ftplib.FTP_TLS]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with ftplib.FTP_TLS(timeout=20, context=context) as client:
            client.connect("127.0.0.1", self.door.port)
            client.login(user, PASSWORD)
            client.prot_p()
            yield client

    def close(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(20)
        self.pool.shutdown()
        self.door.close()


def put(client: ftplib.FTP, name: str, data: bytes, rest: int | None = None) -> str:
    """Sends a file; the reply."""
    return client.storbinary(f"STOR {name}", io.BytesIO(data), rest=rest)


def cut(client: ftplib.FTP, command: str, data: bytes) -> None:
    """Sends some of a file and dies: both connections are gone."""
    data_connection = client.transfercmd(command)
    data_connection.sendall(data)
    client.close()
    data_connection.close()
