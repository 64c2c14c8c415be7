"""A mail server on loopback that keeps what it is handed, with the moment at which it said yes."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
DELIVERY_HEADER = "X-Hearthwatch-Delivery"


@dataclass(frozen=True)
class Mail:
    """One accepted message; `at` is seconds since 1970, when its data had been accepted."""

    delivery_id: str
    at: float
    message: EmailMessage


class Mailbox:
    """The server. It listens on `port`, which nobody used before, while its `with` block lasts."""

    def __init__(self) -> None:
        self._mails: list[Mail] = []
        self._lock = threading.Lock()
        self.port = _free_port()
        self._controller = self._server()

    def mails(self) -> list[Mail]:
        """All so far, in their order."""
        with self._lock:
            return list(self._mails)

    def copies(self) -> Counter[str]:
        """How often each delivery was handed over."""
        return Counter(mail.delivery_id for mail in self.mails())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Accepts a message."""
        message = message_from_bytes(envelope.original_content or b"", policy=default)
        with self._lock:
            self._mails.append(Mail(str(message[DELIVERY_HEADER]), time.time(), message))
        return "250 accepted"

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is down while the block lasts: nobody listens on its port."""
        self._controller.stop()
        try:
            yield
        finally:
            self._controller = self._server()
            self._controller.start()

    def _server(self) -> Controller:
        return Controller(self, hostname=HOST, port=self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
