"""What each noun of the file must know: how it is told, what is wrong with it, how it is brought."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import field_validator
from sqlalchemy import Connection

from flaskapp.guard import Person
from flaskapp.shape import Shape


class Named(Shape):
    """What has a name: in one line, with single spaces, as pages keep it."""

    @field_validator("name", check_fields=False)
    @classmethod
    def _in_one_line(cls, name: str | None) -> str | None:
        line = None if name is None else " ".join(name.split())
        if line == "":
            raise ValueError("A name, please")
        return line


class Entry(Named):
    """One thing of the file. Its id never changes."""

    id: str
    name: str | None

    @property
    def title(self) -> str:
        """What pages call it."""
        return self.name or self.id


E = TypeVar("E", bound=Entry)


def nothing_wrong(_connection: Connection, _entries: Sequence[Any]) -> dict[str, str]:
    """Of nouns that speak of no other."""
    return {}


def no_notes(_connection: Connection, _entries: Sequence[Any]) -> list[str]:
    """Of nouns that always can do what they say."""
    return []


@dataclass(frozen=True)
class Noun(Generic[E]):
    """One noun of the file, under its `name`, which is also that of its bell; pages call one `called`.

    `wrong` is by paths below `name`, such as `[2].schedule_id`; `notes` are what is to be known besides.
    `meant` is what an entry of the file (after what is there, where it is) comes to; `exact` as in `bring`.
    `remove` says whether it did; None: such things register themselves, and stay.
    """

    name: str
    called: str
    shape: type[E]
    present: Callable[[Connection], list[E]]
    save: Callable[[Connection, Person, E | None, E], None]
    remove: Callable[[Connection, Person, E], bool] | None
    wrong: Callable[[Connection, Sequence[E]], Mapping[str, str]] = nothing_wrong
    notes: Callable[[Connection, Sequence[E]], list[str]] = no_notes
    meant: Callable[[E | None, E, bool], E] = lambda _before, wanted, _exact: wanted
    outlives: bool = False
    """Whether others speak of it, so that it goes after all of them are as they are to be."""
