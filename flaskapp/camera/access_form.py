"""What is typed of how a camera is reached, and the addresses that come of it. A secret is never shown again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from flaskapp.number import whole
from services.core.makers import MAKERS, ONVIF, OWN, Maker
from services.store.access import Access

NAME_LENGTH, URL_LENGTH, ACCOUNT_LENGTH, PASSWORD_LENGTH = 120, 1000, 120, 255
DAY = 86400
HTTP_PORT = 80
_WEB, _STREAM = ("http", "https"), ("rtsp", "rtsps", "http", "https")


@dataclass(frozen=True)
class Typed:
    """As it was typed. `host` is `host`, `host:port` or `https://host`; the addresses are for the maker `own`."""

    name: str = ""
    maker: str = "foscam"
    host: str = ""
    account: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    snapshot_url: str = field(default="", repr=False)
    stream_url: str = field(default="", repr=False)
    substream_url: str = field(default="", repr=False)
    every: str = ""
    transport: str = "tcp"
    records: bool = False
    watches: bool = False
    try_id: str = ""


def typed(form: MultiDict[str, str]) -> Typed:
    """What was typed."""
    words = ("maker", "host", "account", "snapshot_url", "stream_url", "substream_url", "every", "transport", "try_id")
    return Typed(
        name=" ".join(form.get("name", "").split()),
        password=form.get("password", ""),
        records="records" in form,
        watches="watches" in form,
        **{word: form.get(word, "").strip() for word in words},
    )


def shown(name: str, found: Access) -> Typed:
    """What the form shows of what is saved: nothing that is a secret."""
    return Typed(
        name=name,
        maker=found.maker,
        host=found.shown if found.maker != OWN else "",
        every="" if found.every_s is None else str(found.every_s),
        transport=found.transport,
        records=found.records,
        watches=found.watches and found.stream_url is not None,
    )


@dataclass(frozen=True)
class _Places:
    """Where a camera is; `shown` is what pages say of it."""

    shown: str
    snapshot_url: str | None = field(repr=False)
    stream_url: str | None = field(repr=False)
    substream_url: str | None = field(repr=False)


def read(
    sent: Typed, before: Access | None, camera_id: str, now: datetime, found: Mapping[str, str | None] | None = None
) -> Access:
    """As the store takes it; what is a secret and left empty stays as it was at the same host. Raises `Mistakes`.

    `found` are the addresses that a camera has named by ONVIF.
    """
    mistakes = _of_words(sent)
    if mistakes:
        raise Mistakes(mistakes)
    made = _places(sent, before, found)
    same = before if before is not None and before.shown == made.shown else None
    return Access(
        camera_id=camera_id,
        maker=sent.maker,
        shown=made.shown,
        snapshot_url=made.snapshot_url,
        stream_url=made.stream_url,
        substream_url=made.substream_url,
        every_s=whole(sent.every) if sent.every and made.snapshot_url else None,
        account=sent.account or (same.account if same else None),
        password=sent.password or (same.password if same else None),
        transport="udp" if sent.transport == "udp" else "tcp",
        records=sent.records,
        watches=sent.watches,
        created_at=before.created_at if before else now,
        changed_at=now,
    )


def _places(sent: Typed, before: Access | None, found: Mapping[str, str | None] | None) -> _Places:
    if sent.maker == OWN:
        return _own(sent, before)
    return _named(sent, before, found) if sent.maker == ONVIF else _by_maker(sent, MAKERS[sent.maker])


def place_of(sent: Typed) -> str:
    """`http://host:port` of what was typed. Raises `Mistakes`."""
    if mistakes := _of_words(sent):
        raise Mistakes(mistakes)
    scheme, host, port = _place(sent.host) or ("http", "", None)
    return f"{scheme}://{host}" if port is None else f"{scheme}://{host}:{port}"


def _named(sent: Typed, before: Access | None, found: Mapping[str, str | None] | None) -> _Places:
    """What the camera said when it was tried, or is saved already."""
    shown = place_of(sent).removeprefix("http://")
    kept = before if before is not None and (before.maker, before.shown) == (ONVIF, shown) else None
    made = dict(found) if found else {name: getattr(kept, name) if kept else None for name in _ADDRESSES}
    if not made["snapshot_url"] and not made["stream_url"]:
        raise Mistakes({"host": "Try it first: the camera is then asked where its pictures are."})
    return _Places(shown, made["snapshot_url"], made["stream_url"], made["substream_url"])


def _of_words(sent: Typed) -> dict[str, str]:
    found = {}
    if not 0 < len(sent.name) <= NAME_LENGTH:
        found["name"] = "A camera needs a name, such as Front door."
    if sent.maker not in (*MAKERS, OWN, ONVIF):
        found["maker"] = "Please choose one of these."
    elif sent.maker != OWN and _place(sent.host) is None:
        found["host"] = "The camera's host, such as 192.168.1.20, 192.168.1.20:88 or https://192.168.1.20."
    if len(sent.account) > ACCOUNT_LENGTH or len(sent.password) > PASSWORD_LENGTH:
        found["account"] = "Account or password is too long."
    if sent.every and not _is_pace(sent.every):
        found["every"] = f"A number of seconds from 1 to {DAY}, please; nothing: only when a rule asks."
    return found | (_of_addresses(sent) if sent.maker == OWN else {})


def _of_addresses(sent: Typed) -> dict[str, str]:
    found = {}
    if sent.snapshot_url and not _is_address(sent.snapshot_url, _WEB):
        found["snapshot_url"] = (
            "An address such as http://192.168.1.20/snapshot.jpg, without account and password in it."
        )
    for name in ("stream_url", "substream_url"):
        if (text := getattr(sent, name)) and not _is_address(text, _STREAM):
            found[name] = "An address such as rtsp://192.168.1.20/stream1, without account and password in it."
    return found


def _is_pace(text: str) -> bool:
    return _checked(lambda: 1 <= (whole(text) or 0) <= DAY)


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    """An account has a field of its own, where it is never shown; some texts cannot even be taken apart."""
    if len(text) > URL_LENGTH or any(one.isspace() for one in text):
        return False
    return _checked(lambda: _leads_somewhere(text, schemes))


def _leads_somewhere(text: str, schemes: tuple[str, ...]) -> bool:
    parts = urlsplit(text)
    return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0


def _checked(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except ValueError:
        return False


def _place(host: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of what was typed as one; None when it is none."""
    text = host if "://" in host else f"http://{host}"
    if not _is_address(text, _WEB) or urlsplit(text).path not in ("", "/") or urlsplit(text).query:
        return None
    parts = urlsplit(text)
    name = parts.hostname or ""
    return parts.scheme, f"[{name}]" if ":" in name else name, parts.port


def _by_maker(sent: Typed, maker: Maker) -> _Places:
    scheme, host, port = _place(sent.host) or ("http", "", None)
    if port is None and scheme == "http" and maker.http_port != HTTP_PORT:
        port = maker.http_port
    place = host if port is None else f"{host}:{port}"
    stream_port = maker.rtsp_port or port
    streamed = host if stream_port is None else f"{host}:{stream_port}"
    streams = sent.records or sent.watches
    return _Places(
        shown=place if scheme == "http" else f"https://{place}",
        snapshot_url=f"{scheme}://{place}{maker.snapshot}",
        stream_url=f"rtsp://{streamed}{maker.stream}" if streams else None,
        substream_url=f"rtsp://{streamed}{maker.substream}" if streams else None,
    )


def _own(sent: Typed, before: Access | None) -> _Places:
    """Addresses that were left empty stay as they were, for nobody is shown them."""
    kept = before if before is not None and before.maker == OWN else None
    made = {name: getattr(sent, name) or (getattr(kept, name) if kept else None) for name in _ADDRESSES}
    first = made["snapshot_url"] or made["stream_url"]
    if first is None:
        raise Mistakes({"snapshot_url": "Where are its pictures, or its stream?"})
    return _Places(shown=urlsplit(first).netloc[:255], **made)


_ADDRESSES = ("snapshot_url", "stream_url", "substream_url")
