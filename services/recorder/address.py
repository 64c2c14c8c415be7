"""A stream's address for ffmpeg: a list of one entry, read from a pipe, because a process list shows command lines.

ffmpeg's own words may hold the address, account and all: `Secrets.scrub` takes them out.
"""

from collections.abc import Sequence
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from services.store.stream import Stream

PROTOCOLS = "pipe,file,crypto,rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https,httpproxy"
TIMEOUT_US = 5_000_000
# Otherwise a camera of one picture a second is looked at for half a minute before anything is written.
QUICKLY = ("fpsprobesize=0", "analyzeduration=2000000")
HIDDEN = "…"


class BadAddress(Exception):
    """No address that ffmpeg can be given; the text does not hold it."""


def with_account(url: str, account: str | None, password: str | None) -> str:
    """The address with the account in it, escaped, in place of the one that stood there. Raises `BadAddress`."""
    if any(ord(sign) < 32 for sign in url):
        raise BadAddress("the address holds a control character")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress("the address is none") from error
    if not host:
        raise BadAddress("the address names no host")
    account, password = _account(parts.username, parts.password) if account is None else (account, password)
    at = f"[{host}]" if ":" in host else host
    at += f":{port}" if port else ""
    if account is not None:
        at = f"{quote(account, safe='')}:{quote(password or '', safe='')}@{at}"
    return urlunsplit(parts._replace(netloc=at))


def _account(username: str | None, password: str | None) -> tuple[str | None, str | None]:
    return (None if username is None else unquote(username)), (None if password is None else unquote(password))


def script(url: str, transport: str, options: Sequence[str] = ()) -> bytes:
    """The list for ffmpeg's `concat` reader. `options` are `name=value` of its demuxers and protocols."""
    given = [f"timeout={TIMEOUT_US}", *QUICKLY]
    given += [f"rtsp_transport={transport}"] if url.startswith("rtsp") else ["use_wallclock_as_timestamps=1"]
    escaped = url.replace("'", r"'\''")
    lines = ["ffconcat version 1.0", f"file '{escaped}'"]
    lines += [f"option {one.replace('=', ' ', 1)}" for one in (*given, *options)]
    return ("\n".join(lines) + "\n").encode()


class Secrets:
    """What of a stream must not be said."""

    def __init__(self, stream: Stream) -> None:
        urls = [url for url in (stream.stream_url, stream.substream_url) if url]
        words = {stream.account, stream.password, *urls}
        for url in urls:
            words |= set(_parts(url, stream))
        told = {word for word in words if word}
        self._words = sorted(told | {quote(word, safe="") for word in told}, key=len, reverse=True)

    def scrub(self, text: str) -> str:
        """The text without any of it."""
        for word in self._words:
            text = text.replace(word, HIDDEN)
        return text


def _parts(url: str, stream: Stream) -> list[str | None]:
    try:
        whole = with_account(url, stream.account, stream.password)
        parts = urlsplit(whole)
    except (BadAddress, ValueError):
        return []
    return [whole, parts.netloc, parts.hostname, parts.path if len(parts.path) > 1 else None, parts.query]
