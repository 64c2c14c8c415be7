"""What the editor of a schedule sends: checked here, kept as it was typed when something is wrong."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from services.core.mode_messages import EDGE
from services.store.schedule import Schedule, Window

NAME_LENGTH = 60
ROWS_MAX = 50
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SUN = re.compile("sunrise|sunset")
TIME = "Times are written like 22:00, sunset, sunset-00:30 or sunrise+01:00."
NO_PLACE = (
    "Where is the house? Sunrise and sunset need the settings HEARTHWATCH_LATITUDE and HEARTHWATCH_LONGITUDE of this "
    "machine."
)


TAKEN = Mistakes({"name": "There is a schedule of that name already."})


@dataclass(frozen=True)
class Row:
    """One line of the form as it was typed; `days` are of the week's windows, `date` is of exceptions."""

    key: str
    begins: str
    ends: str
    days: tuple[int, ...] = ()
    date: str = ""


@dataclass(frozen=True)
class Typed:
    """The whole form as it was typed."""

    name: str
    enabled: bool
    mode_id: str
    mode_after_id: str
    windows: tuple[Row, ...]
    exceptions: tuple[Row, ...]


def typed(form: MultiDict[str, str]) -> Typed:
    """What was typed, without the lines that were left empty."""
    return Typed(
        name=" ".join(form.get("name", "").split()),
        enabled="enabled" in form,
        mode_id=form.get("mode_id", ""),
        mode_after_id=form.get("mode_after_id", ""),
        windows=_numbered("w", (row for key in _keys(form, "row") if (row := _week_row(form, key)).begins or row.ends)),
        exceptions=_numbered(
            "e", (row for key in _keys(form, "exception") if _is_filled(row := _exception_row(form, key)))
        ),
    )


def shown(found: Schedule) -> Typed:
    """What the form shows of a schedule."""
    weeks = [_row(f"w{number}", window) for number, window in enumerate(found.windows)]
    spans = [
        _row(f"e{number}-{place}", window, one["date"])
        for number, one in enumerate(found.exceptions)
        for place, window in enumerate(one["windows"] or [{"from": "", "to": ""}])
    ]
    after = found.mode_after_id or ""
    return Typed(found.name, found.enabled, found.mode_id or "", after, tuple(weeks), tuple(spans))


def read(sent: Typed, schedule_id: str, modes: Iterable[str], has_place: bool) -> Schedule:
    """The schedule as the store takes it. Raises `Mistakes`."""
    mistakes = _mistakes(sent, set(modes)) or _without_place(sent, has_place)
    if mistakes:
        raise Mistakes(mistakes)
    return Schedule(
        id=schedule_id,
        name=sent.name,
        windows=[{"days": list(row.days), **_window(row)} for row in sent.windows],
        exceptions=_exceptions(sent.exceptions),
        enabled=sent.enabled,
        mode_id=sent.mode_id or None,
        mode_after_id=sent.mode_after_id or None,
    )


def _numbered(letter: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Lines with keys of their own, which those that the page adds never have."""
    return tuple(replace(row, key=f"{letter}{number}") for number, row in enumerate(rows))


def _is_filled(row: Row) -> bool:
    return bool(row.date or row.begins or row.ends)


def _keys(form: MultiDict[str, str], field: str) -> Sequence[str]:
    return form.getlist(field)[:ROWS_MAX]


def _week_row(form: MultiDict[str, str], key: str) -> Row:
    days = sorted({int(day) for day in form.getlist(f"days-{key}") if day in ("1", "2", "3", "4", "5", "6", "7")})
    return Row(key, _edge(form, f"from-{key}"), _edge(form, f"to-{key}"), tuple(days))


def _exception_row(form: MultiDict[str, str], key: str) -> Row:
    return Row(key, _edge(form, f"from-{key}"), _edge(form, f"to-{key}"), date=form.get(f"date-{key}", "").strip())


def _edge(form: MultiDict[str, str], field: str) -> str:
    """`6:30` → `06:30`; anything else in lower case without blanks, as it was typed."""
    text = "".join(form.get(field, "").split()).lower()
    return f"0{text}" if re.fullmatch(r"\d:\d\d", text) else text


def _row(key: str, window: Window, on: str = "") -> Row:
    return Row(key, window["from"], window["to"], tuple(window.get("days", ())), on)


def _window(row: Row) -> Window:
    return {"from": row.begins, "to": row.ends}


def _exceptions(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Lines of one date belong together; a date whose lines have no times has no window."""
    dates = sorted({row.date for row in rows})
    return [{"date": one, "windows": [_window(row) for row in rows if row.date == one and row.begins]} for one in dates]


def _mistakes(sent: Typed, modes: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if not sent.name:
        found["name"] = "A schedule needs a name, such as Nights."
    if len(sent.name) > NAME_LENGTH:
        found["name"] = f"At most {NAME_LENGTH} characters, please."
    if {sent.mode_id, sent.mode_after_id} - modes - {""}:
        found["mode_id"] = "That mode is no more: please choose another one."
    return found | _of_rows(sent)


def _of_rows(sent: Typed) -> dict[str, str]:
    wrong = [
        (row.key, _of_times(row)) for row in (*sent.windows, *sent.exceptions) if row.days or row.begins or row.ends
    ]
    undated = [(row.key, "A date, please, such as 2026-12-24.") for row in sent.exceptions if not is_date(row.date)]
    idle = [(row.key, "On which days does it begin?") for row in sent.windows if not row.days]
    return {key: words for key, words in (*wrong, *undated, *idle) if words}


def _of_times(row: Row) -> str | None:
    return None if all(re.fullmatch(EDGE, edge) for edge in (row.begins, row.ends)) else TIME


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar, such as 2026-12-24."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _without_place(sent: Typed, has_place: bool) -> dict[str, str]:
    if has_place:
        return {}
    rows = (*sent.windows, *sent.exceptions)
    return {row.key: NO_PLACE for row in rows if SUN.search(row.begins) or SUN.search(row.ends)}
