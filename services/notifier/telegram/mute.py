"""`/mute`: no alerts for the person who writes it, for a while."""

from services.notifier.telegram.asked import Asked, Reply
from services.notifier.telegram.commands import how_long
from services.store import person

AUDITED = "person.mute"


def mute(asked: Asked) -> Reply:
    """For an hour, or as long as they say; `off` ends it. Raises `NotUnderstood`."""
    length = how_long(asked.argument)
    until = None if length is None else asked.now + length
    found = person.lock(asked.connection, asked.person.id)
    before = found.muted_until if found else None
    person.mute(asked.connection, asked.person.id, until)
    shown = {"muted_until": until.isoformat() if until else None}
    asked.audit(AUDITED, asked.person.id, {"muted_until": before.isoformat() if before else None}, shown)
    name = asked.person.name
    words = (
        f"No alerts for {name} until {asked.clock(until)}. /mute off ends it." if until else f"{name} is told again."
    )
    return Reply(words, changed=(person.NOUN,))
