"""People who are told: of what, when, how often; and who is not to be told for a while."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from services.store import config
from services.store.person_tables import channel, person
from services.store.schedule import Window

NOUN = "people"
_FIXED = ("id", "muted_until", "created_at")


@dataclass(frozen=True)
class Person:
    """One row of `person`; `sql/` explains each column. None in `cameras`, `labels`, `zones`, `modes` is all."""

    id: str
    name: str
    user_id: str | None
    enabled: bool
    cameras: list[str] | None
    labels: list[str] | None
    zones: list[str] | None
    modes: list[str] | None
    happenings: list[str]
    quiet: list[Window]
    breaks_through: list[str]
    per_hour: int | None
    muted_until: datetime | None
    created_at: datetime

    def values(self) -> dict[str, Any]:
        """What people may change in its form, as columns and as the audit tells it."""
        return {name: value for name, value in asdict(self).items() if name not in _FIXED}

    def is_muted(self, now: datetime) -> bool:
        """Whether they are told nothing for now."""
        return self.muted_until is not None and self.muted_until > now


def all_people(connection: Connection) -> list[Person]:
    """Every person, by name."""
    return [_person(row) for row in connection.execute(select(person).order_by(person.c.name))]


def find(connection: Connection, person_id: str) -> Person | None:
    """One person, or None."""
    row = connection.execute(select(person).where(person.c.id == person_id)).one_or_none()
    return _person(row) if row else None


def lock(connection: Connection, person_id: str) -> Person | None:
    """One person, held until the transaction ends; or None."""
    row = connection.execute(select(person).where(person.c.id == person_id).with_for_update()).one_or_none()
    return _person(row) if row else None


def add(connection: Connection, made: Person) -> None:
    """Writes a new one. Raises `IntegrityError` for a name that is there, or an account that is not."""
    connection.execute(insert(person).values(**asdict(made)))
    config.bump(connection, NOUN)


def change(connection: Connection, made: Person) -> None:
    """Makes `values()` what is given; a mute stays. Raises `IntegrityError` as `add` does."""
    connection.execute(update(person).where(person.c.id == made.id).values(**made.values()))
    config.bump(connection, NOUN)


def mute(connection: Connection, person_id: str, until: datetime | None) -> None:
    """They are told nothing until then (aware UTC); None: they are told again."""
    connection.execute(update(person).where(person.c.id == person_id).values(muted_until=until))
    config.bump(connection, NOUN)


def remove(connection: Connection, person_id: str) -> None:
    """Deletes them with their channels; what they were told stays, by the name that they had."""
    connection.execute(delete(person).where(person.c.id == person_id))
    config.bump(connection, NOUN)


def reachable(connection: Connection) -> set[str]:
    """The ids of those who have a channel that is switched on."""
    return set(connection.scalars(select(channel.c.person_id).where(channel.c.enabled).distinct()))


def _person(row: Row[Any]) -> Person:
    return Person(**row._mapping)
