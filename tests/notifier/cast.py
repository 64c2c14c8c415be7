"""Who plays in these tests: a clock that is held, a mail server that does as it is told, a camera and its pictures."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr
from sqlalchemy import Connection, insert

from services.core.alert_messages import AlertRequest, Wanted
from services.core.ids import new_id
from services.core.settings import Settings
from services.store import camera, image
from services.store.image import NewImage
from services.store.tables import detection
from tests.peers import free_port

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


class HeldClock:
    """Stands still until a test moves it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def move(self, **how: float) -> None:
        self.at += timedelta(**how)


@dataclass
class MailServer:
    """A real SMTP server. `refuse_*` are answers to give instead of yes, one for each time; the last one stays."""

    port: int = field(default_factory=free_port)
    mails: list[Mail] = field(default_factory=list)
    refuse_sender: str | None = None
    refuse_recipient: list[str] = field(default_factory=list)
    refuse_data: str | None = None
    login: bool = False

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse_data:
            return self.refuse_data
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 accepted"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        if data.password == PASSWORD.encode():
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 not with {data.password.decode()}")

    @contextmanager
    def running(self) -> Iterator["MailServer"]:
        more = {"authenticator": self.authenticate, "auth_require_tls": False}
        controller = Controller(self, hostname="127.0.0.1", port=self.port, **(more if self.login else {}))
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


@contextmanager
def silent_server(port: int = 0) -> Iterator[tuple[int, threading.Event]]:
    """Takes connections and says nothing, as a hanging server does; the event is set when somebody has connected."""
    connected, ending = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.settimeout(0.1)

        def serve() -> None:
            kept = []
            while not ending.is_set():
                try:
                    kept.append(listener.accept()[0])
                    connected.set()
                except TimeoutError:
                    continue
            for one in kept:
                one.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1], connected
        finally:
            ending.set()
            thread.join()


def with_mail(settings: Settings, port: int, to: tuple[str, ...] = ("anna@example.org",), **more: Any) -> Settings:
    """The settings with a mail server on a loopback port."""
    changes = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        "smtp_from": "hearthwatch@example.org",
        "alert_email_to": to,
    }
    return settings.model_copy(update=changes | more)


def with_login(settings: Settings, port: int, password: str = PASSWORD) -> Settings:
    """The same, with a user and password."""
    return with_mail(settings, port, smtp_user="hearth", smtp_password=SecretStr(password))


def jpeg(width: int = 320, height: int = 240) -> bytes:
    """A grey picture."""
    return bytes(cv2.imencode(".jpg", np.full((height, width, 3), 90, np.uint8))[1])


@dataclass(frozen=True)
class Scene:
    """A camera, and pictures of it with a person in the left half."""

    media: Path
    camera: str = "Front Door"

    def picture(self, connection: Connection, at: datetime = NOON, data: bytes | None = None) -> str:
        """A new picture's id; its camera registers itself as usual."""
        camera_id = camera.register(connection, self.camera, at)
        image_id, data = new_id(), jpeg() if data is None else data
        path = f"images/{at:%Y-%m-%d}/{image_id}.jpg"
        (self.media / path).parent.mkdir(parents=True, exist_ok=True)
        (self.media / path).write_bytes(data)
        row = NewImage(image_id, camera_id, Path(path).name, path, at, at, at, 320, 240, len(data), _hash(data))
        image.add(connection, [row])
        _see(connection, image_id, camera_id, at, "person", None, 0)
        _see(connection, image_id, camera_id, at, "bird", "label not wanted", 1)
        return image_id


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _see(
    connection: Connection, image_id: str, camera_id: str, at: datetime, label: str, dropped: str | None, ordinal: int
) -> None:
    x1, x2 = (0.1, 0.4) if dropped is None else (0.6, 0.9)
    connection.execute(
        insert(detection).values(
            image_id=image_id, ordinal=ordinal, camera_id=camera_id, captured_at=at, label=label, score=0.87,
            x1=x1, y1=0.3, x2=x2, y2=0.9, model="m", model_version="1", dropped_because=dropped, best=dropped is None,
        )
    )  # fmt: skip


def request(
    image_id: str | None, *labels: str, tell: bool = True, camera_id: str | None = "front-door", **more: Any
) -> AlertRequest:
    """What Node-RED sends of a picture; `people` None: it did not ask who wants to know."""
    wanted = [Wanted(label=label, score=0.87) for label in labels or ("person",)]
    reasons = [f"{one.label} (87 %) is an alert label of Front Door" for one in wanted]
    fields = {"image_id": image_id, "camera_id": camera_id, "rule": "alert-labels", "tell": tell, "labels": wanted}
    rest: dict[str, Any] = {"event_id": None, "zones": [], "text": None, "people": None, "reasons": reasons}
    return AlertRequest(**{"id": new_id(), "at": NOON, "src": "nodered"} | rest | fields | more)
