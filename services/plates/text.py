"""Tells a plate's text from other text on and around a vehicle, and sets right what readers mistake in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from services.core.folding import signs

SHORTEST, LONGEST = 4, 9

_SMALL_AS_CAPITAL = frozenset("ckopsuvwxz")
"""Small letters that differ from capitals in their size only, which readers cannot see. Plates have no others."""

_SWAPS = MappingProxyType(dict(zip("OIBSZ01852", "01852OIBSZ", strict=True)))


@dataclass(frozen=True)
class Form:
    """How plates of one region look. `region` is its code, None for one's own form; `band` stands on the left edge."""

    region: str | None
    pattern: re.Pattern[str]
    band: str = ""


@dataclass(frozen=True)
class PlateText:
    """A plate's text, the region of the form that it has, and what else it may be."""

    text: str
    region: str | None = None
    others: tuple[str, ...] = ()


_KNOWN = MappingProxyType(
    {
        "at": ("A", r"[A-Z]{1,2}[0-9]{1,5}[A-Z]{1,3}"),
        "be": ("B", r"[0-9]?[A-Z]{3}[0-9]{3}|[0-9]{3}[A-Z]{3}"),
        "ch": ("", r"(AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)[0-9]{2,6}"),
        "cz": ("CZ", r"[0-9][A-Z][A-Z0-9][0-9]{4}"),
        "de": ("D", r"(?=.{4,8}$)[A-Z]{1,3}[A-Z]{1,2}[0-9]{1,4}[EH]?"),
        "dk": ("DK", r"[A-Z]{2}[0-9]{5}"),
        "es": ("E", r"[0-9]{4}[B-DF-HJ-NP-TV-Z]{3}|[A-Z]{1,2}[0-9]{4}[A-Z]{1,2}"),
        "fi": ("FIN", r"[A-Z]{2,3}[0-9]{1,3}"),
        "fr": ("F", r"[A-HJ-NP-TV-Z]{2}[0-9]{3}[A-HJ-NP-TV-Z]{2}|[0-9]{1,4}[A-Z]{2,3}([0-9]{2}|2[AB])"),
        "gb": ("UK", r"[A-Z]{2}[0-9]{2}[A-Z]{3}|[A-Z][0-9]{1,3}[A-Z]{3}|[A-Z]{3}[0-9]{1,3}[A-Z]|[A-Z]{3}[0-9]{1,4}"),
        "ie": ("IRL", r"[0-9]{2,3}[A-Z]{1,2}[0-9]{1,6}"),
        "it": ("I", r"[A-HJ-NPR-TV-Z]{2}[0-9]{3}[A-HJ-NPR-TV-Z]{2}"),
        "nl": (
            "NL",
            r"(?=.{6}$)([A-Z]{2}[0-9]{4}|[0-9]{4}[A-Z]{2}|[0-9]{2}[A-Z]{2}[0-9]{2}|[A-Z]{2}[0-9]{2}[A-Z]{2}"
            r"|[A-Z]{4}[0-9]{2}|[0-9]{2}[A-Z]{4}|[0-9]{1,3}[A-Z]{2,3}[0-9]{1,3}|[A-Z]{1,3}[0-9]{2,3}[A-Z]{1,3})",
        ),
        "no": ("N", r"[A-Z]{2}[0-9]{5}"),
        "pl": ("PL", r"(?=.*[0-9])[A-Z]{2,3}[A-Z0-9]{4,5}"),
        "pt": ("P", r"[A-Z]{2}[0-9]{2}[A-Z]{2}|[0-9]{2}[A-Z]{2}[0-9]{2}|[0-9]{4}[A-Z]{2}|[A-Z]{2}[0-9]{4}"),
        "se": ("S", r"[A-Z]{3}[0-9]{2}[A-Z0-9]"),
        "us": ("", r"(?=.*[0-9])[A-Z0-9]{5,8}"),
    }
)

REGIONS = tuple(_KNOWN)
"""Codes of the regions whose form is known."""


def forms(regions: Sequence[str], own: Sequence[str] = ()) -> tuple[Form, ...]:
    """Return the forms of some regions (`de`; of `us-ca` that of `us`), and one's own, A for a letter, 9 for a digit.

    None at all when the form of any region is not known: its plates may look like anything.
    """
    countries = [region.split("-")[0] for region in regions]
    if not all(country in _KNOWN for country in countries):
        return ()
    known = [Form(country, re.compile(_KNOWN[country][1]), _KNOWN[country][0]) for country in countries]
    return (*known, *(Form(None, re.compile(_own(form))) for form in own))


def plate_text(raw: str, wanted: Sequence[Form] = ()) -> PlateText | None:
    """Return what a plate says, None when the text is not a plate's. `raw` is a line as a reader gave it.

    Kept are 4 to 9 signs with at least one digit. With forms, text must have one of them; where it has one only
    with signs that look alike put for each other, or without the band's letters on the left, that is what it says.
    """
    text = signs(raw)
    if not _may_be_a_plate(raw, text):
        return None
    if not wanted:
        return PlateText(text)
    return _in_form(text, wanted) or _without_band(text, wanted) or _set_right(text, wanted)


def _may_be_a_plate(raw: str, text: str) -> bool:
    if not SHORTEST <= len(text) <= LONGEST or not any(sign.isdigit() for sign in text):
        return False
    if text.isdigit() and not raw.replace(" ", "").isdigit():
        return False  # a date, a time, a price
    return all(_on_plates(sign) for sign in raw)


def _on_plates(sign: str) -> bool:
    if not sign.isalnum():
        return True
    if sign.isdigit():
        return sign.isascii()
    return unicodedata.name(sign, "").startswith("LATIN CAPITAL") or sign in _SMALL_AS_CAPITAL


def _in_form(text: str, wanted: Sequence[Form]) -> PlateText | None:
    fitting = [form for form in wanted if form.pattern.fullmatch(text)]
    if not fitting:
        return None
    regions = {form.region for form in fitting}
    return PlateText(text, regions.pop() if len(regions) == 1 else None)


def _without_band(text: str, wanted: Sequence[Form]) -> PlateText | None:
    for form in wanted:
        rest = text.removeprefix(form.band)
        if rest != text and len(rest) >= SHORTEST and form.pattern.fullmatch(rest):
            return PlateText(rest, form.region, (text,))
    return None


def _set_right(text: str, wanted: Sequence[Form]) -> PlateText | None:
    """With as few signs put for others as will do."""
    places = [place for place, sign in enumerate(text) if sign in _SWAPS]
    for count in range(1, len(places) + 1):
        found = [one for other in _swapped(text, places, count) if (one := _in_form(other, wanted))]
        if found:
            return PlateText(found[0].text, found[0].region, (*(one.text for one in found[1:]), text))
    return None


def _swapped(text: str, places: Sequence[int], count: int) -> Iterator[str]:
    for chosen in combinations(places, count):
        yield "".join(_SWAPS[sign] if place in chosen else sign for place, sign in enumerate(text))


def _own(form: str) -> str:
    classes = {"A": "[A-Z]", "9": "[0-9]"}
    return "".join(classes[sign] for sign in form)
