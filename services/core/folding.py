"""The text of licence plates: reduced to its signs, and with signs that look alike made one."""

from __future__ import annotations

import unicodedata

_ALIKE = str.maketrans("OIBSZ", "01852")


def signs(text: str) -> str:
    """Return the text as A-Z and 0-9 only: capitals, accents dropped, spaces and all else left out."""
    plain = unicodedata.normalize("NFKD", text.upper())
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


def fold(text: str) -> str:
    """Return a plate's text with O as 0, I as 1, B as 8, S as 5 and Z as 2: what readers mistake for each other."""
    return text.translate(_ALIKE)


def distance(one: str, other: str) -> int:
    """Return how many signs must be changed, added or left out to make one text the other."""
    row = list(range(len(other) + 1))
    for number, sign in enumerate(one, 1):
        before, row[0] = row[0], number
        for column, opposite in enumerate(other, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (sign != opposite))
    return row[-1]
