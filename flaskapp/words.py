"""A person's words for times, numbers, labels and states. Pure functions: the moment and the zone come in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zlib import crc32

from flaskapp.zone import Zone

_PLURALS = {
    "person": "people",
    "mouse": "mice",
    "sheep": "sheep",
    "bus": "buses",
    "bench": "benches",
    "sandwich": "sandwiches",
    "toothbrush": "toothbrushes",
    "wine glass": "wine glasses",
    "knife": "knives",
    "couch": "couches",
    "skis": "skis",
    "scissors": "scissors",
    "broccoli": "broccoli",
}
_COLOURS = {
    "person": 0,
    "car": 1,
    "dog": 2,
    "cat": 3,
    "bicycle": 4,
    "truck": 5,
    "bird": 6,
    "bus": 7,
    "motorcycle": 8,
    "backpack": 9,
}
COLOUR_COUNT = 16


def ago(seconds: float) -> str:
    """`now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 days ago`."""
    if seconds < 2:
        return "now"
    if seconds < 90:
        return f"{seconds:.0f} s ago"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min ago"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h ago"
    return f"{seconds / 86400:.0f} days ago"


def lasting(seconds: float) -> str:
    """`8 s`, `7 min`, `2 h 5 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def span(seconds: float) -> str:
    """`30 s`, `5 min`, `2 h`: a time that somebody has set, so nothing is rounded off."""
    if seconds >= 3600 and seconds % 3600 == 0:
        return f"{seconds / 3600:g} h"
    return f"{seconds / 60:g} min" if seconds >= 120 and seconds % 60 == 0 else f"{seconds:g} s"


def day_name(moment: datetime, now: datetime, zone: Zone) -> str:
    """`Today`, `Yesterday`, `Tuesday 17 November`, with the year where it is another one."""
    day, today = zone.day_of(moment), zone.day_of(now)
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def when(moment: datetime, now: datetime, zone: Zone) -> str:
    """`08:14`, `yesterday 22:14`, `Tue 17 Nov 22:14`."""
    day, today = zone.day_of(moment), zone.day_of(now)
    clock = f"{zone.local(moment):%H:%M}"
    if day == today:
        return clock
    if day == today - timedelta(days=1):
        return f"yesterday {clock}"
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day:%a} {day.day} {day:%b}{year} {clock}"


def exact(moment: datetime, zone: Zone) -> str:
    """`Fri 20 Nov 2026, 08:14:49.711 CET`: for a tap."""
    local = zone.local(moment)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S}.{local.microsecond // 1000:03d} {local:%Z}"


def delays_in_words(arming_until: datetime | None, pending_until: datetime | None, zone: Zone) -> str | None:
    """What a house waits for: `armed at 16:04:10`, `entry delay until 16:04:10`; None when for nothing."""
    if pending_until is not None:
        return f"entry delay until {zone.local(pending_until):%H:%M:%S}"
    return f"armed at {zone.local(arming_until):%H:%M:%S}" if arming_until is not None else None


def many(count: int, noun: str, beyond: int | None = None) -> str:
    """`1 picture`, `312 pictures`, `more than 1 000 pictures` when it was not counted beyond that."""
    number = f"{count:,}".replace(",", " ")
    if beyond is not None and count >= beyond:
        return f"more than {number} {plural(noun)}"
    return f"{number} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """`people`, `dogs`, `buses`."""
    return _PLURALS.get(noun) or noun + "s"


def seen(labels: Iterable[str]) -> str:
    """`2 people, 1 dog`; the most frequent first; empty when there is nothing."""
    return ", ".join(many(count, label) for label, count in Counter(labels).most_common())


def about(labels: Sequence[str], found: Iterable[str]) -> str:
    """What a decision is about: its labels counted in the picture, `6 people, 1 dog`; else only named, `person`."""
    return seen(label for label in found if label in labels) or ", ".join(dict.fromkeys(labels))


def listed(things: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, end = things or ("nothing",)
    return f"{', '.join(most)} {last} {end}" if most else end


def colour(label: str) -> int:
    """The number of a label's one colour: 0 to 15, the same everywhere and always.

    The common labels have each a colour to itself; all others share the rest.
    """
    shared = COLOUR_COUNT - len(_COLOURS)
    return _COLOURS.get(label, len(_COLOURS) + crc32(label.encode()) % shared)


def size(count: float) -> str:
    """`834 kB`, `41.3 GB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit in ("bytes", "kB") else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
