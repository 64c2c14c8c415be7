"""Where cameras connect to: pyftpdlib's server with our sessions."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from services.core.clock import Clock
from services.core.settings import SettingError, Settings
from services.ftp import metrics
from services.ftp.authorizer import Authorizer
from services.ftp.data import Data
from services.ftp.greeting import House
from services.ftp.incoming import Incoming
from services.ftp.session import Session

ROUND_S = 0.5


class Door:
    """One loop for all sessions; it never waits for a disk, a decoder or a database."""

    def __init__(self, settings: Settings, house: House, loop: IOLoop, folder: Path) -> None:
        logging.getLogger("pyftpdlib").setLevel(logging.ERROR)
        self._loop = loop
        _clear(house.whole)
        handler = _handler(settings, house, folder)
        try:
            self._server = FTPServer((settings.ftp_host, settings.ftp_port), handler, ioloop=loop)
        except OSError as error:
            where = f"{settings.ftp_host}:{settings.ftp_port}"
            raise SettingError(f"HEARTHWATCH_FTP_PORT: cannot listen on {where}: {error.strerror}") from error
        self._server.max_cons = 0
        self._server.max_cons_per_ip = settings.ftp_max_per_address
        metrics.sessions.set_function(lambda: float(len(self._server.ip_map)))

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.address[1])

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Serves until `stopping`."""
        while not stopping.is_set():
            beat()
            self._loop.loop(ROUND_S, blocking=False)

    def close(self) -> None:
        """Says what was still taken, and ends all sessions; what has not come whole waits to be resumed."""
        # A round for what other threads have found out, and one for the replies that come of it.
        for _ in range(2):
            self._loop.loop(0, blocking=False)
        self._loop.close()


def _clear(folder: Path) -> None:
    """Killed in the middle of it, nobody was told that a file was taken: its sender has it yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.iterdir():
        left.unlink()


def _handler(settings: Settings, house: House, folder: Path) -> type[Session]:
    incoming = folder / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    base, data, more = _kind(settings, house.clock, folder)
    data = type("OurData", (data,), {"timeout": settings.ftp_idle_s})
    fields: dict[str, Any] = {
        "house": house,
        "authorizer": Authorizer(house.users, house.lockout, incoming),
        "abstracted_fs": type(
            "OurIncoming", (Incoming,), {"most_bytes": settings.ftp_max_bytes, "coming": WeakValueDictionary()}
        ),
        "dtp_handler": data,
        "timeout": settings.ftp_idle_s,
        "passive_ports": list(settings.ftp_passive_ports),
        "masquerade_address": str(settings.ftp_masquerade) if settings.ftp_masquerade else None,
        **more,
    }
    return type("OurSession", (base,), fields)


def _kind(settings: Settings, clock: Clock, folder: Path) -> tuple[type[Session], type[Data], dict[str, Any]]:
    if settings.ftp_tls == "off":
        return Session, Data, {}
    # OpenSSL takes some memory, and not every house wants it.
    from services.ftp import tls  # noqa: PLC0415

    certificate = settings.ftp_tls_certificate or tls.own_certificate(folder, clock.now())
    required = settings.ftp_tls == "required"
    more = {"ssl_context": tls.context(certificate), "tls_control_required": required, "tls_data_required": required}
    return tls.TlsSession, tls.TlsData, more
