"""What a link does when it acts: orders to outputs, another mode, telling people."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from services.core.device_words import SPEAKER
from services.core.ids import new_id
from services.core.rule_messages import LinkAction, LinkVerdict, TriggerVerdict
from services.scribe import hold_rules as rules
from services.scribe.docket import Docket
from services.store import access, camera, command, mode, pull
from services.store import clip as clips
from services.store.command import Command
from services.store.device import Device
from services.store.event import Event
from services.store.mode import Wish
from services.store.pull import Pull
from services.store.ruling import Outcome

BY_MAX = 120
RULE_ALERT = pull.RULE_ALERT
ALERT, SNAPSHOT = "alert", "snapshot"


@dataclass(frozen=True)
class Done:
    """What came of one action, and the sentence that says so."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True)
class Cause:
    """What led to an action: the verdict on a trigger, and of its links the one that acts."""

    verdict: TriggerVerdict
    link: LinkVerdict

    @property
    def by(self) -> str:
        """Whom commands and modes name."""
        return f"rule {self.link.name}"


def act(docket: Docket, cause: Cause) -> list[Done]:
    """Does what the link wants, action by action: pictures first, for people may be told with them."""
    first = len(docket.pulls)
    ordered = sorted(cause.link.actions, key=lambda action: action.kind != SNAPSHOT)
    done = [done for action in ordered if action.kind != ALERT for done in _ACTIONS[action.kind](docket, cause, action)]
    place = first if len(docket.pulls) > first else None
    alerts = [action for action in ordered if action.kind == ALERT]
    return [*done, *(_alert(docket, cause, action, place) for action in alerts)]


def _alert(docket: Docket, cause: Cause, action: LinkAction, place: int | None) -> Done:
    """Has people told, by an event: flows ask each of them, and the notifier holds and delivers.

    Where this link has a picture pulled, by the `place` of its row, the event waits there; one does, for there is room.
    """
    said = action.text or cause.verdict.said
    if place is not None and docket.pulls[place].alert is None:
        detail = f"{cause.link.name}: {said}"
        alert = pull.alert_of(detail, action.people, cause.verdict.device_id, cause.verdict.triggered_at)
        docket.pulls[place] = replace(docket.pulls[place], alert=alert)
        return Done("acted", f"people are told once the picture is there: {said}")
    docket.events.append(
        Event(
            id=new_id(),
            kind=RULE_ALERT,
            camera_id=cause.verdict.camera_id,
            node_id=None,
            detail=f"{cause.link.name}: {said}",
            happened_at=cause.verdict.triggered_at,
            received_at=docket.now,
            stored_at=docket.now,
            device_id=cause.verdict.device_id,
            people=action.people,
        )
    )
    return Done("acted", f"people are told: {said}")


def _snapshot(docket: Docket, cause: Cause, action: LinkAction) -> Iterator[Done]:
    """Has a picture pulled, under an id of its own; it then goes the usual way."""
    seen = camera.find(docket.connection, action.id or "")
    if seen is None:
        yield Done("not_acted", f"{action.id or 'a camera'} is not known")
    elif seen.id not in pull.can_be_pulled(docket.connection):
        yield Done("not_acted", f"{seen.name} has no address from which a picture could be pulled")
    else:
        docket.pulls.append(Pull(new_id(), seen.id, cause.by, docket.now, docket.now + pull.IN_TIME))
        yield Done("acted", f"a picture of {seen.name} is pulled")


def _clip(docket: Docket, cause: Cause, action: LinkAction) -> Iterator[Done]:
    """Has a clip cut of what is recorded; one that shows the moment already is not cut twice."""
    seen = camera.find(docket.connection, action.id or "")
    if seen is None:
        yield Done("not_acted", f"{action.id or 'a camera'} is not known")
    elif not access.is_recorded(docket.connection, seen.id):
        yield Done("not_acted", f"{seen.name} is not recorded: there is nothing to cut a clip of")
    else:
        at, rolls = cause.verdict.triggered_at, docket.rolls
        after = rolls.after if action.seconds is None else timedelta(seconds=action.seconds)
        wish = clips.Wish(seen.id, "rule", at - rolls.before, at + after, at, cause.by)
        docket.clips.append(wish)
        yield Done("acted", f"a clip of {seen.name} is cut")


def _switch(docket: Docket, cause: Cause, action: LinkAction) -> Iterator[Done]:
    output = docket.devices.get(action.id or "")
    if output is None:
        yield Done("not_acted", f"{action.id or 'an output'} is not known")
    elif not output.is_output:
        yield Done("not_acted", f"{output.shown_name} is no output")
    elif action.kind == "switch" and output.kind == SPEAKER:
        yield Done("not_acted", rules.not_switched(output))
    else:
        yield _order(docket, cause, action, output)


def _switch_group(docket: Docket, cause: Cause, action: LinkAction) -> Iterator[Done]:
    outputs = [one for one in docket.devices.values() if _is_switched_with(one, action.id)]
    if not outputs:
        yield Done("not_acted", f"no output is in the group {action.id}")
    for output in outputs:
        yield _order(docket, cause, action, output)


def _is_switched_with(one: Device, group: str | None) -> bool:
    """Speakers speak; there is nothing on them to be switched."""
    return one.is_output and one.kind != SPEAKER and one.group_name == group


def _order(docket: Docket, cause: Cause, action: LinkAction, output: Device) -> Done:
    """Nothing keeps an output from being switched off."""
    if action.on is not False:
        if not output.enabled:
            return Done("not_acted", f"{output.shown_name} is switched off here")
        if output.interval_s is not None:
            before = docket.newest_by_link(output, switched_off_counts=False)
            if (because := rules.pause(output, before, docket.now)) is not None:
                return Done("held", because)
    made, reason = _command(docket, cause, action, output)
    docket.order(made)
    return Done("acted", reason)


def _command(docket: Docket, cause: Cause, action: LinkAction, output: Device) -> tuple[Command, str]:
    says = action.kind == "say"
    seconds, lasting = rules.on_for(output, action.seconds) if action.on and not says else (None, "")
    is_on = None if says else bool(action.on)
    made = Command(
        id=new_id(),
        device_id=output.id,
        ordered_by=cause.by,
        is_on=is_on,
        seconds=seconds,
        text=action.text if says else None,
        made_at=docket.now,
        expires_at=command.expires_at(is_on, docket.now),
        link_id=cause.link.link_id,
        source=cause.verdict.source,
        trigger_id=cause.verdict.trigger_id,
    )
    what = f"says: {made.text}" if says else f"is switched {'on' if action.on else 'off'}{lasting}"
    return made, f"{output.shown_name} {what}"


def _mode(docket: Docket, cause: Cause, action: LinkAction) -> Iterator[Done]:
    now = mode.current(docket.connection)
    if now.mode_id == action.id:
        yield Done("held", f"held: the mode is {now.name} already")
        return
    wish = Wish(new_id(), action.id or "", cause.by[:BY_MAX], cause.verdict.said)
    outcome = mode.enter(docket.connection, wish, docket.now)
    docket.changes_mode = True
    yield (
        Done("acted", f"the mode is set to {action.id}")
        if outcome == "set"
        else Done("not_acted", f"there is no mode {action.id}")
    )


_ACTIONS: Mapping[str, Callable[[Docket, Cause, LinkAction], Iterator[Done]]] = {
    "switch": _switch,
    "say": _switch,
    "switch_group": _switch_group,
    "mode": _mode,
    SNAPSHOT: _snapshot,
    "clip": _clip,
}
