"""What the switch and the page Modes send: checked here."""

import re
from datetime import datetime, time, timedelta

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from flaskapp.number import whole
from flaskapp.zone import Zone
from services.store.mode import DELAY_MOST_S

NAME_LENGTH = 60
CLOCK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
HOUR = timedelta(hours=1)
DELAY = f"A number of seconds up to {DELAY_MOST_S}, please; nothing means none."
TAKEN = Mistakes({"name": "There is a mode of that name already."})


def name(form: MultiDict[str, str]) -> str:
    """The name of a mode. Raises `Mistakes`."""
    given = " ".join(form.get("name", "").split())
    if not given:
        raise Mistakes({"name": "A mode needs a name, such as Holiday."})
    if len(given) > NAME_LENGTH:
        raise Mistakes({"name": f"At most {NAME_LENGTH} characters, please."})
    return given


def delays(form: MultiDict[str, str]) -> dict[str, int]:
    """`exit_s` and `entry_s` of a mode; nothing is 0. Raises `Mistakes`."""
    found = {name: _seconds(form.get(name, "")) for name in ("exit_s", "entry_s")}
    if wrong := {name: DELAY for name, value in found.items() if not 0 <= value <= DELAY_MOST_S}:
        raise Mistakes(wrong)
    return found


def _seconds(text: str) -> int:
    """-1 for what is no number."""
    try:
        return whole(text) or 0
    except ValueError:
        return -1


def until(form: MultiDict[str, str], now: datetime, zone: Zone) -> datetime | None:
    """When the mode before comes back, aware; None for never. Of a clock's time the next. Raises `Mistakes`."""
    how = form.get("until", "")
    if how == "hour":
        return now + HOUR
    return None if how != "clock" else next_at(form.get("clock", ""), now, zone)


def next_at(clock: str, now: datetime, zone: Zone) -> datetime:
    """When it is `18:00` next, aware. Raises `Mistakes`."""
    found = CLOCK.match(clock.strip())
    if found is None:
        raise Mistakes({"clock": "A time such as 18:00, please."})
    at = time(int(found[1]), int(found[2]))
    today = zone.day_of(now)
    moments = [datetime.combine(today + timedelta(days=days), at, zone.tz) for days in (0, 1)]
    return next(moment for moment in moments if moment > now)
