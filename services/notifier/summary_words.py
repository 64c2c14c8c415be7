"""The words of a summary: what was kept back, in one message. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, tzinfo

from services.notifier.message import Words
from services.notifier.words import clock_time, listed, one_line
from services.store.telling import Kept

LINES_MAX = 20
ELSEWHERE = "elsewhere"


def render(kept: Sequence[Kept], now: datetime, link: str, zone: tzinfo | None = None) -> Words:
    """`5 alerts at Front Door and Garage`, and a body with what and when; `kept` is not empty, the newest last."""
    first = f"{_many(len(kept), 'alert')} waited for you: {counted(kept)}."
    newest = [f"- {clock_time(one.at, now, zone)} {_what(one)}" for one in reversed(kept)]
    shown = newest[:LINES_MAX]
    if len(newest) > LINES_MAX:
        shown.append(f"- and {len(newest) - LINES_MAX} more")
    why = "\n".join(f"- {reason}" for reason in _reasons(kept))
    lines = "\n".join(shown)
    body = f"{first}\n\nThe newest first:\n{lines}\n\nWhy they waited:\n{why}\n\nAll alerts:\n{link}\n"
    where = listed(sorted({one.place or ELSEWHERE for one in kept}))
    return Words(one_line(f"{_many(len(kept), 'alert')} that waited: {where}")[:200], body)


def counted(kept: Sequence[Kept]) -> str:
    """`3 at Front Door (person ×2, car) and 1 at Garage (dog)`."""
    by_place: dict[str, list[Kept]] = {}
    for one in kept:
        by_place.setdefault(one.place or ELSEWHERE, []).append(one)
    return listed([f"{len(some)} {_at(place)}{_labels(some)}" for place, some in by_place.items()])


def _at(place: str) -> str:
    return place if place == ELSEWHERE else f"at {one_line(place)}"


def _labels(kept: Sequence[Kept]) -> str:
    found = Counter(label for one in kept for label in one.labels)
    parts = [f"{label} ×{count}" if count > 1 else label for label, count in found.items()]
    return f" ({', '.join(parts)})" if parts else ""


def _what(one: Kept) -> str:
    return one_line(one.subject or "an alert")


def _reasons(kept: Sequence[Kept]) -> list[str]:
    """Each once. The last reason of one that is told later is why it is not told now."""
    return list(dict.fromkeys(one_line(one.reasons[-1]) for one in kept))


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"
