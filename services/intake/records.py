"""The records that intakes put into the spool, one function a kind. Times are RFC 3339 in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.core.clock import to_rfc3339
from services.core.ids import id_for, new_id
from services.core.spool import Record


@dataclass(frozen=True)
class Happening:
    """What a message reports, before it has a row. `of` says whose it is: `camera`, `node`, `either` or `hub`."""

    kind: str
    of: str
    detail: str
    region: str | None = None
    value: float | None = None
    unit: str | None = None
    sensor: str | None = None
    facts: Mapping[str, str | int | None] | None = None


@dataclass(frozen=True)
class Sent:
    """How a sender tells one message of a name from all others: the moment in it (1970 or later) and its count."""

    at: datetime
    number: int

    def id_of(self, *content: str) -> str:
        """The same id for the same message, however often it is sent: its answer may have been lost."""
        return id_for(self.at, "\0".join((to_rfc3339(self.at), str(self.number), *content)))


def image(
    source: str,
    path: str,
    captured_at: datetime,
    received_at: datetime,
    image_id: str | None = None,
    **file: Any,
) -> Record:
    """A picture: `file` holds width, height, bytes and sha256 (lower-case hex)."""
    return {
        "kind": "image",
        "id": image_id or new_id(),
        "source": source,
        "path": path,
        "captured_at": to_rfc3339(captured_at),
        "received_at": to_rfc3339(received_at),
        **file,
    }


def event(
    source: str,
    text: str,
    happening: Happening,
    happened_at: datetime,
    received_at: datetime,
    event_id: str | None = None,
) -> Record:
    """Something that happened. An `event_id` of the caller's own keeps it from being written twice."""
    return {
        "kind": "event",
        "id": event_id or new_id(),
        "source": source,
        "text": text,
        "event": happening.kind,
        "of": happening.of,
        "detail": happening.detail,
        "region": happening.region,
        "value": happening.value,
        "unit": happening.unit,
        "sensor": happening.sensor,
        "facts": dict(happening.facts) if happening.facts else None,
        "happened_at": to_rfc3339(happened_at),
        "received_at": to_rfc3339(received_at),
    }


def heartbeat(source: str, received_at: datetime) -> Record:
    """A node is alive."""
    return {"kind": "heartbeat", "id": new_id(), "source": source, "received_at": to_rfc3339(received_at)}
