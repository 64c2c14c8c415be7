"""A clip or segment as eds-cctv tells it. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_DNS, uuid5


@dataclass(frozen=True)
class Paths:
    """Where a recording's four files are, as addresses of the gallery."""

    high_res_image_path: str
    low_res_image_path: str
    high_res_video_path: str
    low_res_video_path: str


def told(at: datetime, camera_name: str, paths: Paths) -> dict[str, str]:
    """One event; `at` (aware) is when it was captured. Its keys stand in the order in which eds-cctv writes them."""
    return {
        "event_id": event_id(at, paths),
        "timestamp": timestamp(at),
        "camera_name": camera_name,
        **asdict(paths),
    }


def event_id(at: datetime, paths: Paths) -> str:
    """UUIDv5, in the namespace of DNS, over the time as Go prints it and the four paths."""
    parts = (
        f"{_text(at, ' ')} +0000 UTC",
        paths.high_res_image_path,
        paths.low_res_image_path,
        paths.high_res_video_path,
        paths.low_res_video_path,
    )
    return str(uuid5(NAMESPACE_DNS, ", ".join(parts)))


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC, with as much of a fraction as there is."""
    return f"{_text(at, 'T')}Z"


def _text(at: datetime, between: str) -> str:
    whole = at.astimezone(UTC).replace(tzinfo=None)
    fraction = f".{whole.microsecond:06d}".rstrip("0").rstrip(".")
    return whole.replace(microsecond=0).isoformat(between) + fraction


def by_date(events: Iterable[Mapping[str, str]]) -> dict[str, list[Mapping[str, str]]]:
    """Events by their day in UTC, in the order in which they come."""
    days: dict[str, list[Mapping[str, str]]] = {}
    for one in events:
        days.setdefault(f"{one['timestamp'][:10]}T00:00:00Z", []).append(one)
    return days


class Fresh:
    """What has come since: of rows that are read with some overlap, each is given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def of(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids that were not given before; what is not among `ids` any more is forgotten."""
        fresh = [one for one in ids if one not in self._given]
        self._given = set(ids)
        return fresh
