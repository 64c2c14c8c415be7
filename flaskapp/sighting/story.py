"""How long something was there, in words. Pure functions."""

from datetime import datetime
from typing import Any

from flaskapp import words

MOMENT_S = 2
"""Who was there for less was seen in one picture, or two in a row."""


def stay(one: Any, now: datetime) -> str:
    """`still there, 3 h 5 min`, `there for 4 min`, `there for a moment`; `one` is a row of a sighting."""
    seconds = ((one.departed_at or now) - one.began_at).total_seconds()
    lasted = words.lasting(seconds) if seconds >= MOMENT_S else "a moment"
    return f"there for {lasted}" if one.departed_at else f"still there, {lasted}"


def title(label: str) -> str:
    """`Person`: a label at the beginning of a line."""
    return label[:1].upper() + label[1:]
