"""Asks the house's network which cameras speak ONVIF: WS-Discovery, one question to all and their answers."""

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import uuid4
from xml.etree import ElementTree

from services.core.clock import Clock
from services.snapshot.xml import NotToBeRead, NotXml, parsed

EVERYBODY = ("239.255.255.250", 3702)
WAIT_S = 3.0
DATAGRAM_MAX = 65_535
MOST = 100
_NAME = re.compile(r"onvif://www\.onvif\.org/name/(\S+)")
_PROBE = (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>'
    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action><a:MessageID>uuid:{}</a:MessageID>"
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body>"
    '<Probe xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    '<Types xmlns:n="http://www.onvif.org/ver10/network/wsdl">n:NetworkVideoTransmitter</Types></Probe></s:Body></s:Envelope>'
)


def cameras(clock: Clock, everybody: tuple[str, int] = EVERYBODY, wait_s: float = WAIT_S) -> list[dict[str, str]]:
    """`{host, name}` of each that answers within the wait, each once. Raises `OSError` without a network."""
    found: dict[str, str] = {}
    for data, sender in _answers(clock, everybody, wait_s):
        place, name = _told(data, sender)
        if place and len(found) < MOST:
            found.setdefault(place, name)
    return [{"host": host, "name": found[host]} for host in sorted(found)]


def _answers(clock: Clock, everybody: tuple[str, int], wait_s: float) -> Iterator[tuple[bytes, str]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        asking.sendto(_PROBE.format(uuid4()).encode(), everybody)
        end = clock.monotonic() + wait_s
        while (left := end - clock.monotonic()) > 0:
            asking.settimeout(left)
            with suppress(TimeoutError):
                data, (sender, _) = asking.recvfrom(DATAGRAM_MAX)
                yield data, sender


def _told(data: bytes, sender: str) -> tuple[str | None, str]:
    """Where a camera says that it is, if that is where the answer came from; and what it is called."""
    try:
        answer = parsed(data)
        places = [urlsplit(one) for one in _texts(answer, "XAddrs")]
        ours = [one for one in places if one.scheme in ("http", "https") and one.hostname == sender]
        place = _place(ours[0]) if ours else None
    except (NotToBeRead, NotXml, ValueError):
        return None, ""
    names = [found[1] for one in _texts(answer, "Scopes") if (found := _NAME.fullmatch(one))]
    return place, _readable(unquote(names[0])) if names else ""


def _place(url: SplitResult) -> str:
    """As the form takes a host. Raises `ValueError` for a port that is none."""
    host = f"{url.hostname}:{url.port}" if url.port else f"{url.hostname}"
    return host if url.scheme == "http" else f"https://{host}"


def _readable(name: str) -> str:
    """Without signs that nobody sees, among them those that turn text round."""
    plain = "".join(one for one in name if one.isprintable() or one.isspace())
    return " ".join(plain.split())[:120]


def _texts(answer: ElementTree.Element, name: str) -> list[str]:
    return [word for one in answer.iter() if one.tag.rpartition("}")[2] == name for word in (one.text or "").split()]
