"""A picture out of a camera's answer: the answer itself, or the first of an endless row of them (MJPEG)."""

import re
from http.client import HTTPResponse

from services.core.clock import Clock
from services.intake.decoding import Damaged, TooManyPixels, check
from services.intake.jpeg import END, START, NotAJpeg, Size, Truncated
from services.snapshot.exchange import Ask, answering
from services.snapshot.failure import Failed

CHUNK = 65536
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
# What cameras answer in place of a picture, with status 200, when the account is wrong: Foscam's CGI, Reolink's API.
_REFUSALS = (re.compile(rb"<result>-[23]</result>"), re.compile(rb"login (first|failed)|rspCode\W+-[67]\b"))


def fetch(ask: Ask, clock: Clock, max_bytes: int) -> tuple[bytes, Size]:
    """One whole JPEG, having been decoded, and its size. Raises `Failed`."""
    with answering(ask, clock) as response:
        kind = (response.getheader("Content-Type") or "").lower()
        read = _first_part if kind.startswith("multipart/") else _whole
        data = read(response, max_bytes)
    return data, _checked(data, kind)


def _whole(response: HTTPResponse, max_bytes: int) -> bytes:
    announced = response.length or 0
    if announced > max_bytes:
        raise _too_large(max_bytes)
    data = bytearray()
    while chunk := response.read1(CHUNK):
        data += chunk
        if len(data) > max_bytes:
            raise _too_large(max_bytes)
    if len(data) < announced:
        raise Failed("cut_short", f"The picture ends after {len(data)} of {announced} bytes.")
    return bytes(data)


def _first_part(response: HTTPResponse, max_bytes: int) -> bytes:
    """The bytes of the first picture: as many as its head says, or all up to its end mark."""
    data = bytearray()
    while chunk := response.read1(CHUNK):
        data += chunk
        if (found := _picture_in(data)) is not None:
            return found
        if len(data) > max_bytes:
            raise _too_large(max_bytes)
    raise Failed("cut_short", "The row of pictures ends before the first one is whole.")


def _picture_in(data: bytearray) -> bytes | None:
    begins = data.find(START)
    if begins < 0:
        return None
    lengths = _LENGTH.findall(data[:begins])
    if lengths:
        ends = begins + int(lengths[-1])
        return bytes(data[begins:ends]) if len(data) >= ends else None
    # A preview inside of the picture has an end mark of its own: only the last one before the next part is its.
    boundary = data.find(b"\r\n--", begins)
    ends = data.rfind(END, begins, boundary) if boundary >= 0 else -1
    return bytes(data[begins : ends + len(END)]) if ends >= 0 else None


def _checked(data: bytes, kind: str) -> Size:
    try:
        return check(data)
    except Truncated as error:
        raise Failed("cut_short", "The picture ends before its end mark.") from error
    except NotAJpeg as error:
        raise _what_else(data, kind) from error
    except TooManyPixels as error:
        raise Failed("too_large", f"The picture is too large: {error}.") from error
    except Damaged as error:
        raise Failed("damaged", "The picture is damaged: parts of it are missing or do not decode.") from error


def _what_else(data: bytes, kind: str) -> Failed:
    head = data[:4096].lstrip()
    if any(one.search(head) for one in _REFUSALS):
        return Failed("refused", "The camera refuses this account or its password, in words of its own.")
    if kind.startswith("text/html") or head[:15].lower().startswith((b"<!doctype html", b"<html")):
        return Failed("html", "A web page comes in place of a picture: often one to sign in, or a wrong path.")
    if not data:
        return Failed("not_a_picture", "The camera answers with nothing at all.")
    what = kind.partition(";")[0].strip()
    said = f" (it says {what[:60]})" if re.fullmatch(r"[\w.+-]+/[\w.+-]+", what) else ""
    return Failed("not_a_picture", f"What the camera sends is no JPEG picture{said}.")


def _too_large(max_bytes: int) -> Failed:
    return Failed(
        "too_large", f"The picture is larger than {max_bytes / 1_000_000:g} MB (HEARTHWATCH_SNAPSHOT_MAX_BYTES)."
    )
