"""Schedules in the file of settings."""

from collections.abc import Mapping, Sequence

from pydantic import Field
from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from flaskapp.schedule import change
from flaskapp.schedule.form import is_date
from flaskapp.setting.noun import Entry, Noun
from flaskapp.week import NO_PLACE, SUN
from flaskapp.words import listed
from services.core.messages import Slug, Uuid
from services.core.mode_messages import ScheduleException, ScheduleName, WeekWindow
from services.store import mode, schedule
from services.store.schedule import Schedule, User


class ScheduleEntry(Entry):
    """A schedule; times as on its page."""

    id: Uuid
    name: ScheduleName
    enabled: bool = True
    windows: list[WeekWindow]
    exceptions: list[ScheduleException] = Field(default_factory=list)
    mode_id: Slug | None = None
    mode_after_id: Slug | None = None
    exit_delay: bool = False


def present(connection: Connection) -> list[ScheduleEntry]:
    """As they are."""
    return [ScheduleEntry.model_validate(vars(one)) for one in schedule.all_schedules(connection)]


def wrong(connection: Connection, entries: Sequence[ScheduleEntry]) -> dict[str, str]:
    """Modes that there are not, and days that no calendar has."""
    modes = {one.id for one in mode.all_modes(connection)} | {None}
    found = {}
    for place, one in enumerate(entries):
        for field in ("mode_id", "mode_after_id"):
            if getattr(one, field) not in modes:
                found[f"[{place}].{field}"] = f"There is no mode {getattr(one, field)}."
        for number, other in enumerate(one.exceptions):
            if not is_date(other.date):
                found[f"[{place}].exceptions[{number}].date"] = f"There is no day {other.date}."
    return found


def notes(_connection: Connection, entries: Sequence[ScheduleEntry]) -> list[str]:
    """That the sun rises nowhere."""
    settings = gallery().settings
    has_place = settings.latitude is not None and settings.longitude is not None
    return [f"{one.name}: {NO_PLACE}" for one in entries if not has_place and SUN.search(one.model_dump_json())]


def freed(connection: Connection, before: Sequence[User], gone: Mapping[tuple[str, str], str]) -> list[str]:
    """Which things went by a schedule that is gone, and go by none now.

    `before` are all that went by one; `gone` are the titles of what was removed, by noun and id.
    """
    bound = {(one.noun, one.id) for one in schedule.users(connection)} | set(gone)
    free = [one for one in before if (one.noun, one.id) not in bound]
    found = []
    for (noun, schedule_id), title in gone.items():
        if names := [one.name for one in free if (noun, one.schedule_id) == (schedule.NOUN, schedule_id)]:
            found.append(f"{title}: {listed(names)} then {'holds' if len(names) == 1 else 'hold'} at any time.")
    return found


def save(connection: Connection, by: Person, before: ScheduleEntry | None, wanted: ScheduleEntry) -> None:
    """Enters or changes one."""
    change.save(connection, by, _row(before) if before else None, _row(wanted))


def remove(connection: Connection, by: Person, before: ScheduleEntry) -> bool:
    """Deletes one; what held only while it is active holds at any time."""
    change.remove(connection, by, _row(before))
    return True


def _row(entry: ScheduleEntry) -> Schedule:
    return Schedule(**entry.model_dump(mode="json"))


NOUN = Noun(change.NOUN, "Schedule", ScheduleEntry, present, save, remove, wrong, notes)
