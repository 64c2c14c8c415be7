"""What the agent says to the hub: stock imagenode's texts, with three keys more.

A message is the two-part imagezmq frame: JSON `{"msg": text, ...}` and a JPEG. Stock receivers ignore unknown
JSON keys, so the capture time, a sequence number and the agent's version travel there.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from node_agent import __version__
from node_agent.frames import jpeg
from node_agent.host import HostFacts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

EVENT_BODY = jpeg(np.zeros((2, 2), np.uint8), 90)
NODE_BODY = jpeg(np.zeros((3, 3), np.uint8), 90)


@dataclass(frozen=True)
class Message:
    """One message, ready for the wire: `header` (JSON, one line) and `body` (JPEG).

    `order` says where it belongs among kept messages: microseconds since 1970 of its capture, then its rank
    (an event goes before the pictures of the same moment).
    """

    header: bytes
    body: bytes
    order: tuple[int, int]

    @property
    def text(self) -> str:
        """What it says, such as `Demo Street|jpg`."""
        return text_of(self.header)


def text_of(header: bytes) -> str:
    """The text in a message's header. Raises ValueError if it is damaged."""
    said = json.loads(header)
    if not isinstance(said, dict) or not isinstance(said.get("msg"), str):
        raise ValueError("the header has no text")
    return str(said["msg"])


def camera_name(node: str, view: str) -> str:
    """The hub's identity of a camera: node and view joined by one space."""
    return f"{node} {view}".strip()


def event_text(camera: str, kind: str, state: str, roi_name: str | None) -> str:
    """`node view|motion|moving`, with `|roi` if the region's name is to be logged."""
    fields = [camera, kind, state] if roi_name is None else [camera, kind, state, roi_name]
    return "|".join(fields)


def picture_text(camera: str) -> str:
    """`node view|jpg`."""
    return f"{camera}|jpg"


def heartbeat_text(node: str) -> str:
    """`node|Heartbeat`."""
    return f"{node}|Heartbeat"


def restart_text(node: str, host: HostFacts) -> str:
    """`node|Restart|host name|system|address|RAM in MB|hours since boot`."""
    hours = f"{host.hours_since_boot:.2f}"
    return "|".join([node, "Restart", host.name, host.system, host.address, str(host.ram_mb), hours])


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, exact."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def rfc3339(moment: datetime) -> str:
    """`2026-11-20T08:08:49.711037Z`: always six digits, always UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Writer:
    """Writes the messages of one camera, or of the node itself, and numbers them from 1."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = itertools.count(1)

    def event(self, text: str, captured_at: datetime, before: datetime | None = None) -> Message:
        """An event at `captured_at`; kept ahead of the pictures taken from `before` on, as they go out after it."""
        return self._write(text, captured_at, EVENT_BODY, (microseconds(before or captured_at), 0))

    def picture(self, text: str, captured_at: datetime, body: bytes) -> Message:
        """A picture; `body` is its JPEG."""
        return self._write(text, captured_at, body, (microseconds(captured_at), 1))

    def of_node(self, text: str, at: datetime) -> Message:
        """A message of the node itself: a restart or a heartbeat."""
        return self._write(text, at, NODE_BODY, (microseconds(at), 0))

    def _write(self, text: str, at: datetime, body: bytes, order: tuple[int, int]) -> Message:
        said = {"msg": text, "captured_at": rfc3339(at), "seq": next(self._numbers), "agent": __version__}
        return Message(json.dumps(said).encode(), body, order)
