"""Pieces of the sentences that people read. Pure functions; a `zone` of None is the machine's own."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

_KINDS = {"email": "e-mail", "telegram": "Telegram", "pushover": "Pushover", "sms_email": "SMS", "sms_sns": "SMS"}


def kind_name(kind: str) -> str:
    """What a kind of channel is called in a sentence: `e-mail`, `ntfy`."""
    return _KINDS.get(kind, kind)


def an(label: str) -> str:
    """`a person`, `an umbrella`."""
    return f"{'an' if label[:1].lower() in 'aeiou' else 'a'} {label}"


def listed(words: Sequence[str]) -> str:
    """`person`, `person and dog`, `person, dog and car`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def lasting(seconds: float) -> str:
    """`40 s`, `7 min`, `2 h 5 min`, `3 days`."""
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{seconds:.0f} s"
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(minutes / 1440)} days"


def clock_time(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """`12:03:10`, with the day where it is not today's: `19 Nov 12:03:10`."""
    local = moment.astimezone(zone)
    day = "" if local.date() == now.astimezone(zone).date() else f"{local.day} {local:%b} "
    return f"{day}{local:%H:%M:%S}"


def since(start: datetime, now: datetime) -> timedelta:
    """How long ago it was; a clock that is ahead of ours makes it 0, never negative."""
    return max(now - start, timedelta(0))


def one_line(text: str) -> str:
    """Without line breaks and control characters, which a mail header must not hold."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
