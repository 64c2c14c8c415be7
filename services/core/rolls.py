"""How long a clip begins before what it shows, and goes on after it."""

from dataclasses import dataclass
from datetime import timedelta

from services.core.settings import Settings

LONGEST_S = 540
"""A rule's clip goes on for so long at most: with what is before it, no clip is longer than ten minutes."""


@dataclass(frozen=True)
class Rolls:
    """Pre- and post-roll."""

    before: timedelta
    after: timedelta


def rolls_of(settings: Settings) -> Rolls:
    """As the settings have it."""
    return Rolls(timedelta(seconds=settings.clip_before_s), timedelta(seconds=settings.clip_after_s))
