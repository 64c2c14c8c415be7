"""The file as a whole: what is told of the house, and how the house is made what a file says."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import ValidationError, create_model
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from flaskapp.mistakes import Mistakes
from flaskapp.setting import cameras, devices, groups, links, modes, people, schedules, text
from flaskapp.setting.noun import Entry, Noun
from flaskapp.shape import Shape, wrong
from services.store import audit, schedule
from services.store.audit import Change

VERSION = 1
ACTION = "settings.import"
NOUNS: tuple[Noun[Any], ...] = (
    modes.NOUN,
    schedules.NOUN,
    cameras.NOUN,
    devices.NOUN,
    groups.NOUN,
    people.NOUN,
    links.NOUN,
)
"""In the order in which they are brought: each speaks only of those before it."""
TAKEN = "Its name, or the id of a part of it, is another's already."
TWICE = "This id is there twice."
NAMES = {noun.name: noun.called for noun in NOUNS}
"""What pages call one of each noun."""
Kind = Literal["added", "changed", "removed", "kept"]
KINDS: dict[Kind, str] = {
    "added": "Added",
    "changed": "Changed",
    "removed": "Removed",
    "kept": "Not in the file, and kept",
}
_lists: dict[str, Any] = {noun.name: (list[noun.shape] | None, None) for noun in NOUNS}  # type: ignore[name-defined]
File = create_model("File", __base__=Shape, version=(Literal[1], ...), **_lists)


@dataclass(frozen=True)
class Line:
    """What becomes of one thing: of which noun, what it is called, and which fields change."""

    kind: Kind
    noun: str
    id: str
    title: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a file changes, in order, and what is to be known besides."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...]

    def of(self, kind: Kind) -> list[Line]:
        """The lines of one kind."""
        return [line for line in self.lines if line.kind == kind]

    @property
    def changes(self) -> bool:
        """Whether anything is different afterwards."""
        return any(line.kind != "kept" for line in self.lines)


def export(connection: Connection) -> str:
    """The settings of the house as text; the same settings are the same text."""
    told = {noun.name: [one.model_dump(mode="json") for one in noun.present(connection)] for noun in NOUNS}
    return text.write({"version": VERSION, **told})


def bring(engine: Engine, by: Person, sent: str, exact: bool, dry: bool) -> Report:
    """Makes the house what a file says, all of it or nothing; `dry` only says what would be.

    What is not in the file stays, unless it is `exact`. A noun that the file does not name stays in any case.
    Raises `Mistakes` by paths such as `links[2].inputs[0].kind`.
    """
    wanted = read(sent)
    with engine.connect() as connection, connection.begin() as transaction:
        report = _bring(connection, by, wanted, exact)
        if dry:
            transaction.rollback()
            return report
        if report.changes:
            counts = {kind: len(report.of(kind)) for kind in ("added", "changed", "removed")}
            noun_id = hashlib.sha256(sent.encode()).hexdigest()
            audit.write(connection, gallery().now(), by.id, Change(ACTION, noun_id, None, {**counts, "exact": exact}))
    if report.changes:
        # All of them: what is removed of one may have been chosen in another.
        for noun in NOUNS:
            gallery().ring_changed(noun.name)
    return report


def read(sent: str) -> Mapping[str, Sequence[Entry]]:
    """The entries of a file, by noun. Raises `Mistakes`."""
    tree = text.read(sent)
    try:
        found = File.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise Mistakes(wrong(error)) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise Mistakes({"": text.TOO_DEEP}) from error
    entries = {noun.name: cast("Sequence[Entry]", getattr(found, noun.name)) for noun in NOUNS}
    named = {name: some for name, some in entries.items() if some is not None}
    if twice := dict(_twice(named)):
        raise Mistakes(twice)
    return named


def _twice(entries: Mapping[str, Sequence[Entry]]) -> Iterator[tuple[str, str]]:
    for name, some in entries.items():
        yield from ((f"{name}[{place}].id", TWICE) for place in text.repeated(one.id for one in some))


def _bring(connection: Connection, by: Person, wanted: Mapping[str, Sequence[Entry]], exact: bool) -> Report:
    named = [noun for noun in NOUNS if noun.name in wanted]
    bound = schedule.users(connection)
    lines: list[Line] = []
    for noun in (one for one in reversed(named) if not one.outlives):
        lines += _rest(connection, by, noun, wanted, exact)
    for noun in named:
        lines += _saved(connection, by, noun, wanted[noun.name], exact)
    for noun in (one for one in named if one.outlives):
        lines += _rest(connection, by, noun, wanted, exact)
    notes = [words for noun in named for words in noun.notes(connection, wanted[noun.name])]
    gone = {(line.noun, line.id): line.title for line in lines if line.kind == "removed"}
    return Report(tuple(lines), (*notes, *schedules.freed(connection, bound, gone)))


def _saved(connection: Connection, by: Person, noun: Noun[Any], wanted: Sequence[Entry], exact: bool) -> Iterator[Line]:
    """Brings the entries of a noun, and tells of those that are different then. Raises `Mistakes`."""
    if found := noun.wrong(connection, wanted):
        raise Mistakes({f"{noun.name}{path}": words for path, words in found.items()})
    before = {one.id: one for one in noun.present(connection)}
    for place, one in enumerate(wanted):
        there = before.get(one.id)
        meant = noun.meant(there, one, exact)
        if meant == there:
            continue
        _save(connection, by, noun, (there, meant), f"{noun.name}[{place}]")
        changed = [name for name in type(one).model_fields if there and getattr(there, name) != getattr(meant, name)]
        yield Line("changed" if there else "added", noun.name, one.id, one.title, tuple(changed))


def _save(connection: Connection, by: Person, noun: Noun[Any], change: tuple[Entry | None, Entry], path: str) -> None:
    try:
        noun.save(connection, by, *change)
    except IntegrityError as error:
        raise Mistakes({path: TAKEN}) from error
    except Mistakes as mistakes:
        raise Mistakes({f"{path}.{name}": words for name, words in mistakes.by_field.items()}) from mistakes


def _rest(
    connection: Connection, by: Person, noun: Noun[Any], wanted: Mapping[str, Sequence[Entry]], exact: bool
) -> Iterator[Line]:
    """What is there and not in the file: kept, or removed where the file is to be all. Raises `Mistakes`."""
    sent = {one.id for one in wanted[noun.name]}
    for one in noun.present(connection):
        if one.id in sent:
            continue
        try:
            gone = exact and noun.remove is not None and noun.remove(connection, by, one)
        except Mistakes as mistakes:
            raise Mistakes({noun.name: str(mistakes)}) from mistakes
        yield Line("removed" if gone else "kept", noun.name, one.id, one.title)
