"""E-mail, handed to the owner's own mail server through Apprise: one channel a recipient."""

import logging
import ssl
from base64 import b64encode
from email.utils import formataddr, parseaddr
from functools import cache
from hashlib import sha256
from typing import Any

from apprise import Apprise, AppriseAsset
from apprise.exception import AppriseException
from apprise.plugins.email import smtp
from apprise.plugins.email.base import NotifyEmail

from services.core.settings import SettingError, Settings
from services.notifier.channel import ACCEPTED, Answer, Letter
from services.notifier.channels.apprise_parts import attached, keep_to_ourselves
from services.notifier.channels.smtp_answer import read
from services.store.delivery import ERROR_MAX

KIND = "email"
NAME_MAX = 64
TIMEOUT_S = 30.0
DELIVERY_HEADER = "X-Hearthwatch-Delivery"
_MODES = {"starttls": "starttls", "tls": "ssl", "none": "insecure"}


def channels(settings: Settings, timeout_s: float = TIMEOUT_S) -> dict[str, "Email"]:
    """A channel for each recipient by the name that its deliveries bear; none without a server or recipients.

    Raises `SettingError` for an address that is none, or when a setting is missing that these need.
    """
    if not settings.smtp_host:
        return {}
    return {channel_name(address): _of_settings(settings, address, timeout_s) for address in settings.alert_email_to}


def _of_settings(settings: Settings, address: str, timeout_s: float) -> "Email":
    try:
        return Email(settings, address, timeout_s)
    except NoAddress as error:
        raise SettingError(f"HEARTHWATCH_ALERT_EMAIL_TO: {error}") from error


def channel_name(address: str) -> str:
    """`email:a@example.org`; an address that is too long or not ASCII is replaced by its hash."""
    name = f"{KIND}:{address}"
    if len(name) <= NAME_MAX and name.isascii():
        return name
    return f"{KIND}:{sha256(address.encode()).hexdigest()[:16]}"


class NoAddress(SettingError):
    """What was given is no e-mail address."""


class Email:
    """One recipient; a `NoAddress` for one that is none. `timeout_s` is for each answer of the server."""

    def __init__(self, settings: Settings, address: str, timeout_s: float = TIMEOUT_S) -> None:
        self._address = address
        self._server = f"{settings.smtp_host}:{settings.smtp_port}"
        self._password = settings.secret("smtp_password") if settings.smtp_user else None
        self._user = settings.smtp_user
        self._asset = AppriseAsset(app_id="Hearthwatch", app_desc="Hearthwatch", app_url="")
        self._options = self._describe(settings, address, timeout_s)
        keep_to_ourselves()
        _read_authorities_once()
        if not self._service({}).targets:
            raise NoAddress(f"{address!r} is not an e-mail address")

    def hand_over(self, letter: Letter) -> Answer:
        """Sends it. The header `X-Hearthwatch-Delivery` tells a message that came twice from two messages."""
        mailer = Apprise(asset=self._asset)
        mailer.add(self._service({DELIVERY_HEADER: letter.delivery_id}))
        result = mailer.notify(
            title=letter.subject,
            body=letter.body,
            body_format="text",
            attach=attached(letter.picture),
            log_level=logging.DEBUG,
        )
        if result:
            return ACCEPTED
        answer = read([entry.message for entry in result.logs()], self._secrets())
        return Answer(answer.outcome, f"{self._server}: {answer.error}"[:ERROR_MAX])

    def _describe(self, settings: Settings, address: str, timeout_s: float) -> dict[str, Any]:
        return {
            "secure": settings.smtp_security != "none",
            "host": settings.smtp_host,
            "smtp_host": settings.smtp_host,
            "port": settings.smtp_port,
            "secure_mode": _MODES[settings.smtp_security],
            "user": self._user,
            "password": self._password,
            "from_addr": _sender(settings),
            "targets": [address],
            "format": "text",
            "cto": timeout_s,
        }

    def _service(self, headers: dict[str, str]) -> Any:
        try:
            return NotifyEmail(**self._options, headers=headers, asset=self._asset)
        except (TypeError, AppriseException) as error:
            raise SettingError(f"HEARTHWATCH_SMTP_FROM or another HEARTHWATCH_SMTP_… is wrong: {error}") from error

    def _secrets(self) -> list[str]:
        """The recipient, and the password in the forms in which SMTP sends it, and so may give it back (RFC 4616)."""
        if not self._password:
            return [self._address]
        plain = [self._password, f"\0{self._user}\0{self._password}"]
        return [self._address, *plain[:1], *(b64encode(text.encode()).decode() for text in plain)]


def _sender(settings: Settings) -> str:
    """Our name and the address that messages come from: the setting, or the user's where that is an address."""
    name, address = parseaddr(settings.smtp_from or settings.smtp_user or "")
    if "@" not in address:
        raise SettingError("HEARTHWATCH_SMTP_FROM is not set: set it to the address that alerts come from")
    return formataddr((name or "Hearthwatch", address))


class _SslForApprise:
    """The module `ssl`, but for one function that keeps what it has made."""

    create_default_context = staticmethod(cache(ssl.create_default_context))

    def __getattr__(self, name: str) -> Any:
        return getattr(ssl, name)


def _read_authorities_once() -> None:
    """Apprise reads the system's certificates anew for each message, also without TLS: 30 ms of a core each time."""
    smtp.ssl = _SslForApprise()
