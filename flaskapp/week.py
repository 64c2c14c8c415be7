"""The windows of a week as forms send and show them: of schedules, and of quiet hours. Pure functions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from services.core.mode_messages import EDGE
from services.store.schedule import Window

ROWS_MAX = 50
SENT_MAX = 200
"""No more lines are looked at, filled or not."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SUN = re.compile("sunrise|sunset")
TIME = "Times are written like 22:00, sunset, sunset-00:30 or sunrise+01:00."
NO_PLACE = (
    "Where is the house? Sunrise and sunset need the settings HEARTHWATCH_LATITUDE and HEARTHWATCH_LONGITUDE of this "
    "machine."
)


@dataclass(frozen=True)
class Row:
    """One line of the form as it was typed; `days` are of the week's windows, `date` is of exceptions."""

    key: str
    begins: str
    ends: str
    days: tuple[int, ...] = ()
    date: str = ""


EMPTY_ROWS = (Row("new1", "", ""), Row("new2", "", ""))
"""Lines that a page adds for what is to come."""


def typed(form: MultiDict[str, str]) -> tuple[Row, ...]:
    """The lines of the week, without those that were left empty."""
    rows = (_week_row(form, key) for key in keys(form, "row"))
    return numbered("w", (row for row in rows if row.begins or row.ends))


def shown(windows: Iterable[Window]) -> tuple[Row, ...]:
    """The lines of what is kept."""
    return tuple(row_of(f"w{number}", window) for number, window in enumerate(windows))


def read(rows: Iterable[Row]) -> list[Window]:
    """The windows as they are kept."""
    return [{"days": list(row.days), **window(row)} for row in rows]


def mistakes(rows: Iterable[Row], has_place: bool) -> dict[str, str]:
    """What is wrong with lines of the week, by their keys."""
    rows = tuple(rows)
    idle = {row.key: "On which days does it begin?" for row in rows if not row.days}
    return in_times(rows) | idle or without_place(rows, has_place)


def in_times(rows: Iterable[Row]) -> dict[str, str]:
    """Which lines have something for a time that is none."""
    return {row.key: TIME for row in rows if not all(re.fullmatch(EDGE, edge) for edge in (row.begins, row.ends))}


def without_place(rows: Iterable[Row], has_place: bool) -> dict[str, str]:
    """Which lines need to know where the house is, when nobody has said so."""
    if has_place:
        return {}
    return {row.key: NO_PLACE for row in rows if SUN.search(row.begins) or SUN.search(row.ends)}


def in_words(one: Window) -> str:
    """`Every day 22:00–07:00`, `Mon–Fri sunset–06:00`, `Sat, Mon 10:00–12:00`."""
    return f"{_days(one['days'])} {one['from']}–{one['to']}"


def _days(days: Sequence[int]) -> str:
    if len(days) == len(DAYS):
        return "Every day"
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"{DAYS[days[0] - 1]}–{DAYS[days[-1] - 1]}"
    return ", ".join(DAYS[day - 1] for day in days)


def numbered(letter: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Lines with keys of their own, which those that the page adds never have."""
    return tuple(replace(row, key=f"{letter}{number}") for number, row in enumerate(rows))


def keys(form: MultiDict[str, str], field: str) -> Sequence[str]:
    """The keys of the lines that were sent, as many as are looked at."""
    return form.getlist(field)[:SENT_MAX]


def edge(form: MultiDict[str, str], field: str) -> str:
    """`6:30` → `06:30`; anything else in lower case without blanks, as it was typed."""
    text = "".join(form.get(field, "").split()).lower()
    return f"0{text}" if re.fullmatch(r"\d:\d\d", text) else text


def row_of(key: str, one: Window, on: str = "") -> Row:
    """The line of a window, of an exception's with its date."""
    return Row(key, one["from"], one["to"], tuple(one.get("days", ())), on)


def window(row: Row) -> Window:
    """A line's times."""
    return {"from": row.begins, "to": row.ends}


def _week_row(form: MultiDict[str, str], key: str) -> Row:
    days = sorted({int(day) for day in form.getlist(f"days-{key}") if day in ("1", "2", "3", "4", "5", "6", "7")})
    return Row(key, edge(form, f"from-{key}"), edge(form, f"to-{key}"), tuple(days))
