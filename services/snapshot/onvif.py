"""Asks a camera by ONVIF where its pictures and streams are: SOAP with a digested password (WS-UsernameToken)."""

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from services.core.clock import Clock
from services.snapshot.authorization import Account
from services.snapshot.exchange import Ask, answering
from services.snapshot.failure import Failed
from services.snapshot.xml import NotToBeRead, NotXml, parsed

DEVICE_PATH = "/onvif/device_service"
ANSWER_MAX = 500_000
URL_MAX = 1000
_WEB = frozenset({"http", "https"})
_STREAMS = _WEB | {"rtsp", "rtsps"}
_PLAIN = re.compile(r"[!-~]+")
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_MEDIA = "http://www.onvif.org/ver10/media/wsdl"
_SCHEMA = "http://www.onvif.org/ver10/schema"


@dataclass(frozen=True)
class Found:
    """What a camera says of itself; None where it has none. Addresses are on the host that was asked."""

    snapshot_url: str | None = field(repr=False)
    stream_url: str | None = field(repr=False)
    substream_url: str | None = field(repr=False)


class Onvif:
    """One camera at `place` (`http://host:port`)."""

    def __init__(self, place: str, account: Account | None, clock: Clock) -> None:
        self._place = place
        self._account = account
        self._clock = clock

    def find(self) -> Found:
        """The addresses of its first profile, and the second one's stream. Raises `Failed`."""
        media = self._media_service()
        profiles = [token for one in self._call(media, f'<GetProfiles xmlns="{_MEDIA}"/>') if (token := _token(one))]
        if not profiles:
            raise Failed("trouble", "The camera speaks ONVIF, and names no profile.")
        return Found(
            self._snapshot(media, profiles[0]),
            self._stream(media, profiles[0]),
            self._stream(media, profiles[1]) if len(profiles) > 1 else None,
        )

    def _media_service(self) -> str:
        wanted = f'<GetCapabilities xmlns="{_DEVICE}"><Category>Media</Category></GetCapabilities>'
        for element in self._call(self._place + DEVICE_PATH, wanted):
            if _is(element, "Media"):
                for child in element:
                    if _is(child, "XAddr") and child.text:
                        return self._at_home(child.text)
        raise Failed("missing", "What answers there does not say where its pictures are by ONVIF.")

    def _snapshot(self, media: str, profile: str) -> str | None:
        try:
            return self._uri(media, _WEB, f'<GetSnapshotUri xmlns="{_MEDIA}">{_profile(profile)}</GetSnapshotUri>')
        except Failed as failed:
            # Cameras without still pictures say so by a fault.
            if failed.state != "trouble":
                raise
            return None

    def _stream(self, media: str, profile: str) -> str | None:
        setup = (
            f'<StreamSetup><Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream>'
            f'<Transport xmlns="{_SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
        )
        return self._uri(media, _STREAMS, f'<GetStreamUri xmlns="{_MEDIA}">{setup}{_profile(profile)}</GetStreamUri>')

    def _uri(self, media: str, schemes: frozenset[str], body: str) -> str | None:
        uris = [one.text.strip() for one in self._call(media, body) if _is(one, "Uri") and one.text]
        return self._at_home(uris[0], schemes) if uris else None

    def _at_home(self, url: str, schemes: frozenset[str] = _WEB) -> str:
        """Behind a router, and after a move, cameras name a host that is not theirs; an account has no place in it.

        Nor have what we put in ourselves (`{password}`), and schemes that lead to files and other machines.
        """
        host = urlsplit(self._place).hostname or ""
        try:
            told = urlsplit(url)
            port = f":{told.port}" if told.port else ""
        except ValueError as error:
            raise _no_address() from error
        name = f"[{host}]" if ":" in host else host
        made = urlunsplit((told.scheme, name + port, told.path, told.query, ""))
        if told.scheme not in schemes or len(made) > URL_MAX or not _PLAIN.fullmatch(made):
            raise _no_address()
        return made.replace("{", "%7B").replace("}", "%7D")

    def _call(self, url: str, body: str) -> Iterator[ElementTree.Element]:
        envelope = (
            '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
            f"{self._header()}<s:Body>{body}</s:Body></s:Envelope>"
        )
        headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
        with answering(Ask(url, self._account, envelope.encode(), headers), self._clock) as response:
            data = response.read(ANSWER_MAX + 1)
        if len(data) > ANSWER_MAX:
            raise Failed("trouble", "What the camera answers by ONVIF is not to be read.")
        return _parsed(data).iter()

    def _header(self) -> str:
        if self._account is None:
            return ""
        nonce, created = os.urandom(16), self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        password = self._account.password.encode()
        digest = hashlib.sha1(nonce + created.encode() + password, usedforsecurity=False).digest()
        return (
            f'<s:Header><Security xmlns="{_SECURITY}" s:mustUnderstand="1"><UsernameToken>'
            f"<Username>{escape(self._account.name)}</Username>"
            f'<Password Type="{_DIGEST}">{base64.b64encode(digest).decode()}</Password>'
            f"<Nonce>{base64.b64encode(nonce).decode()}</Nonce>"
            f'<Created xmlns="{_UTILITY}">{created}</Created></UsernameToken></Security></s:Header>'
        )


def _parsed(data: bytes) -> ElementTree.Element:
    try:
        return parsed(data)
    except NotToBeRead as error:
        raise Failed("trouble", "What the camera answers by ONVIF is not to be read.") from error
    except NotXml as error:
        raise Failed("missing", "What answers there speaks no ONVIF.") from error


def _no_address() -> Failed:
    return Failed("trouble", "An address that the camera names by ONVIF is none that we go to.")


def _profile(token: str) -> str:
    return f"<ProfileToken>{escape(token)}</ProfileToken>"


def _token(element: ElementTree.Element) -> str | None:
    return element.get("token") if _is(element, "Profiles") else None


def _is(element: ElementTree.Element, name: str) -> bool:
    return element.tag.rpartition("}")[2] == name
