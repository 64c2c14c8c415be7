"""Finds what a person means by a name that they write: the whole of it, its beginning, or a part. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from services.notifier.telegram.commands import NotUnderstood

MOST_LISTED = 20


@dataclass(frozen=True)
class Named:
    """A thing with a name, and the id that tells it from another one of the same name."""

    id: str
    name: str


def matching(wanted: str, among: Sequence[Named]) -> list[Named]:
    """Those that are meant: of the whole name or id; else of a name that begins so; else of one that holds it."""
    plain = _plain(wanted)
    if not plain:
        return []
    names = [(one, _plain(one.name)) for one in among]
    ways = (
        [one for one, name in names if plain in (name, _plain(one.id))],
        [one for one, name in names if name.startswith(plain)],
        [one for one, name in names if plain in name],
    )
    return next((found for found in ways if found), [])


def the_one(wanted: str, among: Sequence[Named], kind: str) -> Named:
    """The one that is meant. Raises `NotUnderstood`, which asks which, or says what there is."""
    found = matching(wanted, among)
    if len(found) == 1:
        return found[0]
    if found:
        raise NotUnderstood(f"Which one? {listed(found)}")
    raise NotUnderstood(f"There is no {kind} “{wanted}”. {there_are(among, kind)}")


def there_are(among: Sequence[Named], kind: str) -> str:
    """All of a kind in one sentence."""
    return f"There are: {listed(among)}" if among else f"There is no {kind} at all."


def listed(some: Sequence[Named]) -> str:
    """`Garage, Hall (hall-1), Hall (hall-2)`: ids only where names are the same."""
    names = [one.name for one in some]
    shown = [one.name if names.count(one.name) == 1 else f"{one.name} ({one.id})" for one in some[:MOST_LISTED]]
    more = len(some) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "") + "."


def _plain(text: str) -> str:
    """`Küche-Tür` → `kuche tur`: case, accents, hyphens and underscores do not count."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return " ".join(bare.replace("-", " ").replace("_", " ").split())
