"""What is typed for a channel: a kind and an address, checked here; and what pages say in the address's place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes

ADDRESS_LENGTH = 1000
SHOWN_LENGTH = 120
MAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"/]+\.[^@\s<>,;\"/.]+")
CHAT = re.compile(r"-?\d{1,20}")
PHONE = re.compile(r"\+[1-9]\d{6,14}")
PUSHOVER = re.compile(r"[A-Za-z0-9]{10,64}@[A-Za-z0-9]{10,64}")


def _mail(address: str) -> str:
    name, _, host = address.partition("@")
    return f"{name[0]}…@{host}"


def _tail(address: str) -> str:
    return f"…{address[-2:]}"


def _host(address: str) -> str:
    return f"{urlsplit(address).hostname}/…"


def _scheme(address: str) -> str:
    return f"{urlsplit(address).scheme}://…"


def _is_web(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).hostname)


def _is_ntfy(address: str) -> bool:
    """Apprise's own form, too: a name and password go into that one."""
    return _is_web(re.sub(r"^ntfy(s?)://", r"http\1://", address)) and urlsplit(address).path.strip("/") != ""


def _is_url(address: str) -> bool:
    return bool(re.match(r"[a-z][a-z0-9+.-]*://[^\s]+$", address))


@dataclass(frozen=True)
class Kind:
    """One kind of channel: its name, what an address of it looks like, whether one is, and what is shown of it.

    `everywhere`: the address says which server is asked, which only owners may.
    """

    name: str
    such_as: str
    is_one: Callable[[str], object]
    shown: Callable[[str], str]
    everywhere: bool = False


KINDS: Mapping[str, Kind] = {
    "email": Kind("E-mail", "anna@example.org", MAIL.fullmatch, _mail),
    "telegram": Kind("Telegram", "the number of the chat: 123456789", CHAT.fullmatch, _tail),
    "ntfy": Kind("ntfy", "https://ntfy.sh/a-topic-that-nobody-guesses", _is_ntfy, _host, True),
    "pushover": Kind("Pushover", "user key@token of the application", PUSHOVER.fullmatch, _tail),
    "webhook": Kind("Webhook", "https://example.org/hook", _is_web, _host, True),
    "sms_email": Kind("SMS by e-mail", "391234567@sms.example.org", MAIL.fullmatch, _mail),
    "sms_sns": Kind("SMS by Amazon SNS", "+391234567890", PHONE.fullmatch, _tail),
    "apprise": Kind("Anything by Apprise", "discord://webhook-id/webhook-token", _is_url, _scheme, True),
}


@dataclass(frozen=True)
class Typed:
    """As it was typed."""

    kind: str = "email"
    address: str = ""


def typed(form: MultiDict[str, str]) -> Typed:
    """What was typed."""
    return Typed(form.get("kind", ""), form.get("address", "").strip())


def kinds_for(owner: bool) -> dict[str, Kind]:
    """The kinds that somebody may choose."""
    return {key: kind for key, kind in KINDS.items() if owner or not kind.everywhere}


def read(sent: Typed, owner: bool) -> str:
    """What pages show in place of the address. Raises `Mistakes`; its words never hold the address."""
    kind = kinds_for(owner).get(sent.kind)
    if kind is None:
        raise Mistakes({"kind": "Please choose one of these."})
    if not sent.address:
        raise Mistakes({"address": f"Where to? Such as {kind.such_as}"})
    if len(sent.address) > ADDRESS_LENGTH or not _holds(kind, sent.address):
        raise Mistakes({"address": f"That is no address of this kind. One looks like {kind.such_as}"})
    return kind.shown(sent.address)[:SHOWN_LENGTH]


def _holds(kind: Kind, address: str) -> bool:
    """Some texts cannot even be taken apart."""
    try:
        return bool(kind.is_one(address))
    except ValueError:
        return False
