"""Rules in the file of settings."""

from collections.abc import Sequence

from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from flaskapp.rule import change, check, choices
from flaskapp.rule.shape import RuleFields, fields
from flaskapp.rule.trouble import troubles
from flaskapp.setting.noun import Entry, Noun
from services.core.messages import Uuid
from services.core.rule_messages import LinkName
from services.store import link, mode, schedule
from services.store.link import Link


class LinkEntry(RuleFields, Entry):
    """A rule."""

    id: Uuid
    name: LinkName


def present(connection: Connection) -> list[LinkEntry]:
    """As they are."""
    return [LinkEntry(id=one.id, **fields(one)) for one in link.all_links(connection)]


def wrong(connection: Connection, entries: Sequence[LinkEntry]) -> dict[str, str]:
    """What does not hold together, and modes and schedules that there are not."""
    modes = [one.id for one in mode.all_modes(connection)]
    schedules = [one.id for one in schedule.all_schedules(connection)]
    found: dict[str, str] = {}
    for place, one in enumerate(entries):
        mistakes = check.incomplete(_row(one)) | check.needed(_row(one), modes, schedules)
        found |= {f"[{place}].{name}": words for name, words in mistakes.items()}
    return found


def notes(connection: Connection, entries: Sequence[LinkEntry]) -> list[str]:
    """What is in the way of rules, as their page says it."""
    house = choices.read(connection)
    return [f"{one.name}: {words}." for one in entries for words in troubles(_row(one), house)]


def save(connection: Connection, by: Person, before: LinkEntry | None, wanted: LinkEntry) -> None:
    """Enters or changes one."""
    found = link.lock(connection, wanted.id) if before else None
    if found is None:
        change.add(connection, by, _row(wanted))
    else:
        change.replace(connection, by, found, _row(wanted))


def remove(connection: Connection, by: Person, before: LinkEntry) -> bool:
    """Deletes one; what it led to stays."""
    found = link.lock(connection, before.id)
    if found is not None:
        change.remove(connection, by, found)
    return found is not None


def _row(entry: LinkEntry) -> Link:
    return Link(id=entry.id, created_at=gallery().now(), **entry.columns())


NOUN = Noun(change.NOUN, "Rule", LinkEntry, present, save, remove, wrong, notes)
