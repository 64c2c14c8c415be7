"""What the editor of a schedule sends: checked here, kept as it was typed when something is wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp import week
from flaskapp.mistakes import Mistakes
from flaskapp.week import Row
from services.store.schedule import Schedule

NAME_LENGTH = 60
TAKEN = Mistakes({"name": "There is a schedule of that name already."})


@dataclass(frozen=True)
class Typed:
    """The whole form as it was typed."""

    name: str
    enabled: bool
    mode_id: str
    mode_after_id: str
    windows: tuple[Row, ...]
    exceptions: tuple[Row, ...]
    exit_delay: bool = False
    has_too_many: bool = False


def typed(form: MultiDict[str, str]) -> Typed:
    """What was typed, without the lines that were left empty."""
    exceptions = (_exception_row(form, key) for key in week.keys(form, "exception"))
    return Typed(
        name=" ".join(form.get("name", "").split()),
        enabled="enabled" in form,
        mode_id=form.get("mode_id", ""),
        mode_after_id=form.get("mode_after_id", ""),
        windows=week.typed(form),
        exit_delay="exit_delay" in form,
        exceptions=week.numbered("e", (row for row in exceptions if row.date or row.begins or row.ends)),
        has_too_many=any(len(form.getlist(field)) > week.SENT_MAX for field in ("row", "exception")),
    )


def shown(found: Schedule) -> Typed:
    """What the form shows of a schedule."""
    spans = [
        week.row_of(f"e{number}-{place}", window, one["date"])
        for number, one in enumerate(found.exceptions)
        for place, window in enumerate(one["windows"] or [{"from": "", "to": ""}])
    ]
    own = (found.name, found.enabled, found.mode_id or "", found.mode_after_id or "")
    return Typed(*own, week.shown(found.windows), tuple(spans), found.exit_delay)


def read(sent: Typed, schedule_id: str, modes: Iterable[str], has_place: bool) -> Schedule:
    """The schedule as the store takes it. Raises `Mistakes`."""
    mistakes = _mistakes(sent, set(modes), has_place)
    if mistakes:
        raise Mistakes(mistakes)
    return Schedule(
        id=schedule_id,
        name=sent.name,
        windows=week.read(sent.windows),
        exceptions=_exceptions(sent.exceptions),
        enabled=sent.enabled,
        mode_id=sent.mode_id or None,
        mode_after_id=sent.mode_after_id or None,
        exit_delay=sent.exit_delay,
    )


def _exception_row(form: MultiDict[str, str], key: str) -> Row:
    begins, ends = week.edge(form, f"from-{key}"), week.edge(form, f"to-{key}")
    return Row(key, begins, ends, date=form.get(f"date-{key}", "").strip())


def _exceptions(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Lines of one date belong together; a date whose lines have no times has no window."""
    dates = sorted({row.date for row in rows})
    return [
        {"date": one, "windows": [week.window(row) for row in rows if row.date == one and row.begins]} for one in dates
    ]


def _mistakes(sent: Typed, modes: set[str], has_place: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    if not sent.name:
        found["name"] = "A schedule needs a name, such as Nights."
    if len(sent.name) > NAME_LENGTH:
        found["name"] = f"At most {NAME_LENGTH} characters, please."
    if {sent.mode_id, sent.mode_after_id} - modes - {""}:
        found["mode_id"] = "That mode is no more: please choose another one."
    if sent.has_too_many or max(len(sent.windows), len(sent.exceptions)) > week.ROWS_MAX:
        found["rows"] = f"A schedule has at most {week.ROWS_MAX} windows and {week.ROWS_MAX} lines of exceptions."
    return found | week.mistakes(sent.windows, has_place) | _of_exceptions(sent.exceptions, has_place)


def _of_exceptions(rows: Sequence[Row], has_place: bool) -> dict[str, str]:
    timed = [row for row in rows if row.begins or row.ends]
    undated = {row.key: "A date, please, such as 2026-12-24." for row in rows if not is_date(row.date)}
    return week.in_times(timed) | undated or week.without_place(timed, has_place)


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar, such as 2026-12-24."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
