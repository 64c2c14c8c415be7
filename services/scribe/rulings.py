"""Node-RED's verdicts on triggers (`trigger/verdict`) become rulings: what is held is held, and the rest is done."""

from collections.abc import Sequence

from prometheus_client import Counter
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import Message
from services.core.rolls import Rolls
from services.core.rule_messages import LinkVerdict, TriggerVerdict
from services.scribe import hold_rules as rules
from services.scribe import link_ruling
from services.scribe.docket import Docket, key_of
from services.scribe.escalations import resolved
from services.scribe.hold_rules import Triggered
from services.scribe.link_ruling import LinkRuling
from services.scribe.teller import Teller
from services.store.ruling import Outcome, Ruling

ruled = Counter("scribe_triggers_ruled", "triggers, by what they led to", ["outcome"])
dropped = Counter("scribe_verdicts_dropped", "verdicts on triggers that are not known, or no longer")
log = get(__name__)


class Rulings:
    """Rules on triggers, each once. `commands` and `modes` tell what may come of it; `rolls` are those of clips."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock, commands: Teller, modes: Teller, rolls: Rolls) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._commands = commands
        self._modes = modes
        self._rolls = rolls

    def take(self, verdicts: Sequence[TriggerVerdict]) -> None:
        """The handler of `trigger/verdict`. Rings also for what was ruled before: the first bell may be lost."""
        with self._engine.begin() as connection:
            docket = Docket(connection, verdicts, self._clock.now(), self._rolls)
            bells = [bell for verdict in verdicts for bell in self._ruled(docket, verdict)]
            docket.write()
        for made in docket.rulings.values():
            ruled.labels(made.outcome).inc()
        if docket.orders:
            self._commands.wake()
        if docket.changes_mode:
            self._modes.wake()
        if bells:
            self._bus.ring(*bells, *docket.bells(self._clock))

    def _ruled(self, docket: Docket, verdict: TriggerVerdict) -> list[Message]:
        key = key_of(verdict)
        trigger = docket.triggers.get(key)
        if trigger is None:
            dropped.inc()
            log.warning(
                "verdict_dropped", source=verdict.source, trigger_id=verdict.trigger_id, reason="no such trigger"
            )
            return []
        if trigger.ruled is not None:
            docket.known.append(key)
        made = trigger.ruled or docket.rulings.get(key) or _rule(docket, verdict, trigger.detail)
        if trigger.ruled is None:
            docket.rulings[key] = made
        return [made.bell(self._clock, "scribe")]


def _rule(docket: Docket, verdict: TriggerVerdict, detail: str | None) -> Ruling:
    if verdict.moment == "quiet":
        _quieten(docket, verdict)
    wanting = [one for one in verdict.links if verdict.wants and one.act]
    others = [link_ruling.refused(one) for one in verdict.links if one not in wanting]
    if not wanting:
        return _made(docket, verdict, "not_acted", verdict.reasons, others)
    because = _held_because(docket, verdict, detail)
    if because is not None:
        return _made(
            docket, verdict, "held", [because], [*(link_ruling.held(one, because) for one in wanting), *others]
        )
    asked = [link_ruling.rule(docket, verdict, one) for one in wanting]
    outcome: Outcome = link_ruling.together([one.outcome for one in asked])
    return _made(docket, verdict, outcome, in_short(asked, wanting), [*asked, *others])


def in_short(asked: Sequence[LinkRuling], wanting: Sequence[LinkVerdict]) -> list[str]:
    """What came of it; why each link might act stands with the link."""
    known = {(one.link_id, reason) for one in wanting for reason in one.reasons}
    said = [(one.name, reason, (one.link_id, reason) in known) for one in asked for reason in one.reasons]
    news = [f"{name}: {reason}" for name, reason, is_known in said if not is_known]
    return news or [f"{name}: {reason}" for name, reason, _ in said]


def _quieten(docket: Docket, verdict: TriggerVerdict) -> None:
    found = docket.devices.get(verdict.device_id or "")
    if found is None:
        return
    before = docket.held(found.id)
    after = rules.quieted(found, before, verdict.triggered_at)
    if before.escalated_at is not None and after.escalated_at is None:
        docket.events.append(resolved(found.id, "it is quiet again", before.escalated_at, docket.now))
    docket.hold(after)


def _held_because(docket: Docket, verdict: TriggerVerdict, detail: str | None) -> str | None:
    """Why the device's trigger is held; it is accepted when it is not. Cameras and people are held by nothing."""
    found = docket.devices.get(verdict.device_id or "")
    if found is None or verdict.moment == "quiet":
        return None
    switched = docket.newest_by_link(found, switched_off_counts=True) if found.is_output else None
    said = Triggered(verdict.moment, verdict.triggered_at, detail)
    judged = rules.judge(found, docket.held(found.id), switched, said)
    docket.hold(judged.hold)
    return judged.because


def _made(
    docket: Docket, verdict: TriggerVerdict, outcome: Outcome, reasons: Sequence[str], links: Sequence[LinkRuling]
) -> Ruling:
    return Ruling(
        source=verdict.source,
        trigger_id=verdict.trigger_id,
        device_id=verdict.device_id,
        camera_id=verdict.camera_id,
        said=verdict.said,
        outcome=outcome,
        reasons=link_ruling.short(reasons),
        links=[vars(one) for one in links],
        triggered_at=verdict.triggered_at,
        decided_at=docket.now,
    )
