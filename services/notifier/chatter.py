"""The chatter guard: what one input makes beyond so many alerts in a minute is told together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.core.happenings import PANIC
from services.store import matter
from services.store.matter import Matter

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Chatter:
    """Whether an alert is too much of its input: then `reason` says so.

    `tells_house`: the settings' addresses, which have no summaries, get the first one that is too much, and then none.
    """

    reason: str | None = None
    tells_house: bool = True

    @property
    def reasons(self) -> tuple[str, ...]:
        """One, or none."""
        return () if self.reason is None else (self.reason,)


CALM = Chatter()


def guard(connection: Connection, rule: str, about: Matter, most: int, now: datetime) -> Chatter:
    """Asks what the input of an alert by `rule` made in the minute before. With `most` 0 nothing is too much."""
    source = about.input
    if most == 0 or rule == PANIC or source is None:
        return CALM
    before = matter.alerts_since(connection, source, now - MINUTE)
    if before < most:
        return CALM
    many = f"{most} alert{'s' if most > 1 else ''}"
    return Chatter(f"more than {many} of {about.place} within a minute", before == most)
