"""`/mode`, `/arm` and `/disarm`: what the house is set to."""

from collections.abc import Sequence

from services.notifier.telegram.asked import Asked, Reply
from services.notifier.telegram.names import Named, the_one
from services.store import entry, mode
from services.store.mode import DISARMED, Mode, Standing, Wish

AWAY = "away"
AUDITED = "mode.set"
REASON = "by Telegram"
OVERTAKEN = "Somebody has set the house to {} since you wrote that, so nothing was changed."


def say_or_set(asked: Asked) -> Reply:
    """Without a name: what the house is set to, and to what it can be; else sets it. Raises `NotUnderstood`."""
    modes = mode.all_modes(asked.connection)
    if not asked.argument:
        others = ", ".join(one.name for one in modes)
        return Reply(f"{now_set(asked)}\nThere are: {others}. Set one with /mode and its name.")
    return _enter(asked, the_one(asked.argument, [Named(one.id, one.name) for one in modes], "mode").id, modes)


def arm(asked: Asked) -> Reply:
    """Nobody is at home."""
    return _enter(asked, AWAY, mode.all_modes(asked.connection))


def disarm(asked: Asked) -> Reply:
    """No camera alerts only because of a mode."""
    return _enter(asked, DISARMED, mode.all_modes(asked.connection))


def now_set(asked: Asked) -> str:
    """What the house is set to, since when, by whom, until when: one sentence."""
    return _sentence(asked, mode.current(asked.connection))


def _sentence(asked: Asked, now: Standing) -> str:
    since = f" since {asked.clock(now.since)} ({now.set_by}: {now.reason})" if now.since else ""
    until = f", until {asked.clock(now.until)}" if now.until else ""
    return f"The house is set to {now.name}{since}{until}.{_waits(asked, now)}"


def _waits(asked: Asked, now: Standing) -> str:
    """The delay that lasts, as a sentence more."""
    pending = entry.present(asked.connection, asked.now)
    if pending is not None:
        left = (pending.until - asked.now).total_seconds()
        return f" Entry delay: {pending.said}. Disarm it within {left:.0f} s, and nobody is told."
    until = now.arming_at(asked.now)
    return f" It is armed in {(until - asked.now).total_seconds():.0f} s." if until else ""


def _enter(asked: Asked, mode_id: str, modes: Sequence[Mode]) -> Reply:
    before = mode.current(asked.connection)
    if before.mode_id == mode_id and before.until is None:
        return Reply(f"Nothing to do. {_sentence(asked, before)}")
    wish = Wish(asked.id, mode_id, asked.by, REASON, asked_at=asked.said_at)
    if mode.enter(asked.connection, wish, asked.now) == "overtaken":
        return Reply(OVERTAKEN.format(before.name))
    asked.audit(AUDITED, mode_id, {"mode_id": before.mode_id}, {"mode_id": mode_id, "until": None})
    names = {one.id: one.name for one in modes}
    waits = _waits(asked, mode.current(asked.connection))
    return Reply(f"The house is set to {names[mode_id]}. Before, it was {before.name}.{waits}", changed=("modes",))
