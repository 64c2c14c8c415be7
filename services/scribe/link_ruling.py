"""Of one link that a trigger concerns: what it does, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from services.core.rule_messages import LinkInput, LinkVerdict, TriggerVerdict
from services.scribe import actions
from services.scribe import hold_rules as rules
from services.scribe.actions import Cause
from services.scribe.docket import Docket, key_of
from services.store import camera, device
from services.store.link import Link
from services.store.ruling import Outcome

REASON_MAX, REASONS_MAX = 300, 12
WAITS = "waits "
"""Begins the reason of a link that waits for an entry delay."""


@dataclass(frozen=True)
class LinkRuling:
    """One of a ruling's `links`."""

    link_id: str
    name: str
    outcome: Outcome
    reasons: list[str]


def rule(docket: Docket, verdict: TriggerVerdict, one: LinkVerdict) -> LinkRuling:
    """Lets a link act that wants to, unless it has changed since, or waits for its other inputs."""
    found = docket.links.get(one.link_id)
    if found is None or not found.enabled:
        return _gone(one, found)
    if one.link_id in docket.acted_on_vehicle(key_of(verdict)):
        return held(one, "held: it has acted on the plate of this vehicle before")
    if one.within_s is not None:
        waits = _waits(docket, verdict, one, found, one.within_s)
        if waits is not None:
            return held(one, waits)
    if one.entry_s is not None and verdict.entry:
        left = (docket.wait(verdict, one, one.entry_s).until - docket.now).total_seconds()
        return held(one, f"{WAITS}{left:.0f} s for somebody to disarm")
    return _act(docket, verdict, one)


def release(docket: Docket, verdict: TriggerVerdict, one: LinkVerdict) -> LinkRuling:
    """Lets a link act that has waited in vain for somebody to disarm, unless it has changed since."""
    found = docket.links.get(one.link_id)
    return _act(docket, verdict, one) if found is not None and found.enabled else _gone(one, found)


def _act(docket: Docket, verdict: TriggerVerdict, one: LinkVerdict) -> LinkRuling:
    done = actions.act(docket, Cause(verdict, one))
    outcome = together([part.outcome for part in done])
    if outcome == "acted":
        docket.acted_on_vehicle(key_of(verdict)).add(one.link_id)
    # Node-RED's reasons tell why it may act, and of outputs that it left out.
    return _made(one, outcome, [*(part.reason for part in done), *one.reasons])


def _gone(one: LinkVerdict, found: Link | None) -> LinkRuling:
    return _made(one, "not_acted", [f"it was {'removed' if found is None else 'switched off'} meanwhile"])


def held(one: LinkVerdict, because: str) -> LinkRuling:
    """It wanted to act, and something held it."""
    return _made(one, "held", [because])


def late(one: LinkVerdict, because: str) -> LinkRuling:
    """It wanted to act, and it is too late for that."""
    return _made(one, "not_acted", [because])


def refused(one: LinkVerdict) -> LinkRuling:
    """It did not want to act."""
    return _made(one, "not_acted", one.reasons)


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """What several outcomes are as one: acted when any did, else held when any was."""
    found = set(outcomes)
    ranked: tuple[Outcome, ...] = ("acted", "held", "not_acted")
    return next((outcome for outcome in ranked if outcome in found), "not_acted")


def short(reasons: Sequence[str]) -> list[str]:
    """As many and as long as messages carry."""
    return [one if len(one) <= REASON_MAX else f"{one[: REASON_MAX - 1]}…" for one in reasons[:REASONS_MAX]]


def _made(one: LinkVerdict, outcome: Outcome, reasons: Sequence[str]) -> LinkRuling:
    return LinkRuling(one.link_id, one.name, outcome, short(reasons))


def _waits(docket: Docket, verdict: TriggerVerdict, one: LinkVerdict, found: Link, within_s: int) -> str | None:
    """What a link that wants all its inputs still waits for; None when all have triggered in time."""
    noted = docket.halves(found.id)
    awaited = rules.await_all(noted, one.places, verdict.triggered_at, len(found.inputs), within_s)
    docket.note_halves(found.id, awaited.noted if awaited.missing else {})
    if not awaited.missing:
        return None
    names = [_name(docket.connection, LinkInput.model_validate(found.inputs[place])) for place in awaited.missing]
    return f"waits for {', '.join(names)}: not triggered within {within_s} s"


def _name(connection: Connection, wanted: LinkInput) -> str:
    if wanted.kind == "panic":
        return "the panic button"
    if wanted.kind in _AT_CAMERA:
        return _AT_CAMERA[wanted.kind].format(_camera(connection, wanted.id))
    if wanted.id is None:
        return f"any {wanted.kind}"
    if wanted.kind == "device":
        known = device.find(connection, wanted.id)
        return known.shown_name if known else wanted.id
    return f"{_OF_GROUP.get(wanted.moment, 'anything')} in {wanted.id}"


_AT_CAMERA = {"camera": "{}", "plate": "a plate at {}", "camera_event": "what {} reports"}
_OF_GROUP = {"first": "the first", "last": "the last"}


def _camera(connection: Connection, camera_id: str | None) -> str:
    if camera_id is None:
        return "any camera"
    seen = camera.find(connection, camera_id)
    return seen.name if seen else camera_id
