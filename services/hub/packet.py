"""What a sender said, as values: pure functions over the frames of one imagezmq message.

Texts are stock imagenode's: fields separated by `|`, the first one `node` or `node view`. Whole words decide
what a message is, never a first letter.
"""

import json
import math
import re
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from services.core.clock import as_utc
from services.core.picture_limits import PIXELS_MAX

NAME_MAX = 200
TEXT_MAX = 900
HEADER_MAX = 65_536
FUTURE_MAX = timedelta(seconds=5)
# A Raspberry Pi has no clock of its own: one that has not been set says 1970.
PAST_MAX = timedelta(days=366)
SIDE_MAX = 65_500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Kind(StrEnum):
    """What a message is about."""

    PICTURE = "picture"
    EVENT = "event"
    HEARTBEAT = "heartbeat"
    TEST = "test"


class Packet(NamedTuple):
    """One well-formed message, control characters written out; `data` is its content.

    `shape` is set for an array: rows, columns and, unless grey, 3 channels.
    """

    kind: Kind
    text: str
    source: str
    fields: tuple[str, ...]
    shape: tuple[int, ...] | None = None
    captured_at: datetime | None = None
    number: int | None = None
    data: memoryview = memoryview(b"")


class Malformed(Exception):
    """Not a message that a sender of ours makes; the text is a short, stable reason for logs and counters."""


def parse(header: bytes | memoryview, data: memoryview) -> Packet:
    """Reads the two parts of a message. Raises `Malformed`."""
    if len(header) > HEADER_MAX:
        raise Malformed("header of over 64 kB")
    said = _read(bytes(header))
    if said.shape is not None and math.prod(said.shape) != data.nbytes:
        raise Malformed("array is not as long as its shape says")
    return said._replace(data=data)


# A stock sender says the same words with each of its pictures.
@lru_cache(maxsize=256)
def _read(header: bytes) -> Packet:
    """What the first part says, without any content."""
    said = _json_object(header)
    text = said.get("msg")
    if not isinstance(text, str):
        raise Malformed("msg is not a text")
    shape = _shape(said)
    fields = tuple(printable(part.strip()) for part in text.split("|"))
    if len(fields) == 1:
        return Packet(Kind.TEST, text, "", fields, shape)
    if not fields[0] or len(fields[0].encode()) > NAME_MAX:
        raise Malformed("no name, or one of over 200 bytes")
    if not fields[1]:
        raise Malformed("empty type field")
    return Packet(
        kind=_kind(fields[1]),
        text=printable(text)[:TEXT_MAX],
        source=fields[0],
        fields=fields,
        shape=shape,
        captured_at=_moment(said.get("captured_at")),
        number=_count(said.get("seq")),
    )


def printable(text: str) -> str:
    """Control characters and lone surrogates written out, so that a text cannot forge a line or break a row."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def capture_time(packet: Packet, received_at: datetime) -> datetime:
    """The sender's own time where it says one that can be true, else the time of receipt."""
    said = packet.captured_at
    can_be_true = said is not None and received_at - PAST_MAX <= said <= received_at + FUTURE_MAX
    return said if said is not None and can_be_true else received_at


def _json_object(header: bytes) -> dict[str, Any]:
    try:
        said = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise Malformed("header is not JSON") from error
    if not isinstance(said, dict):
        raise Malformed("header is not a JSON object")
    return said


def _kind(word: str) -> Kind:
    if word == "Heartbeat":
        return Kind.HEARTBEAT
    return Kind.PICTURE if word in ("jpg", "image") else Kind.EVENT


def _shape(said: dict[str, Any]) -> tuple[int, ...] | None:
    """An array message is told by its keys, never by its text."""
    if "shape" not in said and "dtype" not in said:
        return None
    shape = said.get("shape")
    if said.get("dtype") != "uint8" or not isinstance(shape, list) or len(shape) not in (2, 3):
        raise Malformed("array is not uint8 with two or three dimensions")
    if not all(type(size) is int and 0 < size <= SIDE_MAX for size in shape) or shape[2:] not in ([], [3]):
        raise Malformed("array has an impossible shape")
    if shape[0] * shape[1] > PIXELS_MAX:
        raise Malformed("array has an impossible shape")
    return tuple(shape)


def _count(said: object) -> int | None:
    return said if type(said) is int and 0 <= said < 2**63 else None


def _moment(said: object) -> datetime | None:
    if not isinstance(said, str):
        return None
    try:
        return as_utc(datetime.fromisoformat(said))
    except (ValueError, OverflowError):
        return None
