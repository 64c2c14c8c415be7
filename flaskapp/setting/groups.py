"""Groups of devices that go by a schedule, in the file of settings."""

from collections.abc import Sequence

from pydantic import Field
from sqlalchemy import Connection

from flaskapp.device import form, group
from flaskapp.guard import Person
from flaskapp.setting.noun import Entry, Noun
from services.core.device_messages import Group
from services.core.messages import Uuid
from services.store import device_group, schedule


class GroupEntry(Entry):
    """A group, whose id is its name, and the schedule by which rules use its devices."""

    id: Group
    name: str | None = Field(None, exclude=True)
    schedule_id: Uuid


def present(connection: Connection) -> list[GroupEntry]:
    """As they are."""
    known = device_group.schedules(connection)
    return [GroupEntry(id=name, schedule_id=schedule_id) for name, schedule_id in known.items()]


def wrong(connection: Connection, entries: Sequence[GroupEntry]) -> dict[str, str]:
    """Schedules that there are not."""
    schedules = {one.id for one in schedule.all_schedules(connection)}
    return {
        f"[{place}].schedule_id": form.GONE for place, one in enumerate(entries) if one.schedule_id not in schedules
    }


def save(connection: Connection, by: Person, _before: GroupEntry | None, wanted: GroupEntry) -> None:
    """Lets it go by that schedule."""
    group.put(connection, by, wanted.id, wanted.schedule_id)


def remove(connection: Connection, by: Person, before: GroupEntry) -> bool:
    """Lets it go by none."""
    return group.put(connection, by, before.id, None)


NOUN = Noun(device_group.NOUN, "Group", GroupEntry, present, save, remove, wrong)
