"""People in the file of settings: of what they are told and when. How to reach them is no part of it."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person as Account
from flaskapp.person import change
from flaskapp.setting.noun import Entry, Noun
from flaskapp.week import NO_PLACE, SUN
from services.core.messages import Label, Slug, Uuid, ZoneName
from services.core.mode_messages import WeekWindow
from services.core.person_messages import BreaksThrough, PersonName
from services.store import channel, mode, person
from services.store.person import Person


class PersonEntry(Entry):
    """Somebody who is told; null in `cameras`, `labels`, `zones`, `modes` is all. Their channels stay as they are."""

    id: Uuid
    name: PersonName
    user_id: Uuid | None = None
    enabled: bool = True
    cameras: list[Slug] | None = None
    labels: list[Label] | None = None
    zones: list[ZoneName] | None = None
    modes: list[Slug] | None = None
    happenings: list[Slug] = Field(default_factory=list)
    quiet: list[WeekWindow] = Field(default_factory=list)
    breaks_through: list[BreaksThrough] = Field(default_factory=list)
    per_hour: Annotated[int, Field(gt=0, le=1000)] | None = None


def present(connection: Connection) -> list[PersonEntry]:
    """As they are."""
    return [PersonEntry(id=one.id, **one.values()) for one in person.all_people(connection)]


def meant(before: PersonEntry | None, wanted: PersonEntry, _exact: bool) -> PersonEntry:
    """Whose account it is on this machine is not for another machine's file to say."""
    return wanted.model_copy(update={"user_id": before.user_id if before else None})


def wrong(connection: Connection, entries: Sequence[PersonEntry]) -> dict[str, str]:
    """Modes that there are not."""
    modes = {one.id for one in mode.all_modes(connection)}
    return {
        f"[{place}].modes[{number}]": f"There is no mode {named}."
        for place, one in enumerate(entries)
        for number, named in enumerate(one.modes or ())
        if named not in modes
    }


def notes(connection: Connection, entries: Sequence[PersonEntry]) -> list[str]:
    """Whom nothing reaches yet, and that the sun rises nowhere."""
    reached = {person_id for person_id, ways in channel.all_channels(connection).items() if ways}
    silent = [f"{one.name}: enter how to reach them." for one in entries if one.id not in reached]
    if gallery().has_place():
        return silent
    return silent + [f"{one.name}: {NO_PLACE}" for one in entries if SUN.search(str(one.quiet))]


def save(connection: Connection, by: Account, before: PersonEntry | None, wanted: PersonEntry) -> None:
    """Enters or changes somebody."""
    values = wanted.model_dump(mode="json")
    found = person.lock(connection, wanted.id) if before else None
    kept = {"muted_until": found.muted_until, "created_at": found.created_at} if found else {}
    made = Person(**values | ({"muted_until": None, "created_at": gallery().now()} | kept))
    if found is None:
        change.add(connection, by, made)
    else:
        change.replace(connection, by, found, made)


NOUN = Noun(change.NOUN, "Person", PersonEntry, present, save, None, wrong, notes, meant)
