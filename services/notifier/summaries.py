"""Makes the summaries that are due: one message for a person with all that was kept back for them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection, Engine

from services.core.alert_messages import AlertDecision
from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.core.messages import Message
from services.notifier import figures, tellings
from services.notifier.message import link
from services.notifier.plan import Plan
from services.notifier.summary_words import render
from services.notifier.words import clock_time
from services.store import channel, decision, person, telling
from services.store.decision import NewDecision
from services.store.person import Person
from services.store.telling import Kept

AGAIN = timedelta(hours=1)
"""Until then what nobody can be told through waits on."""
log = get(__name__)


class Summaries:
    """One transaction a person: their summary, its delivery, and that it holds what waited."""

    def __init__(self, engine: Engine, clock: Clock, zone: tzinfo | None, gallery_url: str) -> None:
        self._engine = engine
        self._clock = clock
        self._zone = zone
        self._gallery_url = gallery_url

    def make_due(self, ring: Callable[[Message], None]) -> None:
        """All that are due now. Raises `Away`'s errors; what was not made is due again."""
        with self._engine.connect() as connection:
            people = telling.due(connection, self._clock.now())
        for person_id in people:
            with self._engine.begin() as connection:
                made = self._make(connection, person_id)
            if made is not None:
                figures.decisions.labels(made.outcome).inc()
                ring(made)

    def _make(self, connection: Connection, person_id: str | None) -> AlertDecision | None:
        now = self._clock.now()
        one = person.lock(connection, person_id) if person_id else None
        kept = telling.kept(connection, person_id, now)
        if not kept:
            return None
        why_not = _why_not(one, now, self._zone)
        if one is None or why_not is not None:
            telling.given_up(connection, [other.telling_id for other in kept], why_not or "")
            log.info("summary_not_made", kept=len(kept), reason=why_not)
            return None
        ways = channel.ways(connection, one.id)
        if not ways:
            telling.put_off(connection, [other.telling_id for other in kept], now + AGAIN)
            log.info("summary_waits", person_id=one.id, kept=len(kept), reason="no channel is switched on")
            return None
        return self._write(connection, Plan(one.id, one.name, "telling", _why(one, kept), through=ways[0]), kept, now)

    def _write(self, connection: Connection, plan: Plan, kept: Sequence[Kept], now: datetime) -> AlertDecision:
        reasons = list(plan.reasons)
        words = render(kept, now, link(self._gallery_url, None), self._zone)
        pictures = [other.image_id for other in kept if other.image_id]
        made = NewDecision(
            id=new_id(),
            image_id=pictures[-1] if pictures else None,
            camera_id=None,
            rule=f"{decision.SUMMARY}{new_id()}",
            outcome="telling",
            labels=[],
            reasons=reasons,
            subject=words.subject,
            body=words.body,
            asked_at=now,
            decided_at=now,
        )
        decision.add(connection, made)
        tellings.write(connection, made.id, [plan], now)
        telling.summarised(connection, [other.telling_id for other in kept], made.id)
        log.info("summary_made", decision_id=made.id, kept=len(kept))
        return AlertDecision.make(
            self._clock,
            "notifier",
            decision_id=made.id,
            image_id=made.image_id,
            event_id=None,
            camera_id=None,
            outcome=made.outcome,
            reasons=reasons,
        )


def _why(one: Person, kept: Sequence[Kept]) -> tuple[str, ...]:
    return (f"a summary of {len(kept)} alerts that waited for {one.name}",)


def _why_not(one: Person | None, now: datetime, zone: tzinfo | None) -> str | None:
    """Why there is no summary for them any more; None: there is."""
    if one is None:
        return "they were removed before their summary was due"
    if not one.enabled:
        return f"{one.name} was switched off before the summary was due"
    if one.muted_until is not None and one.is_muted(now):
        return f"{one.name} is muted until {clock_time(one.muted_until, now, zone)}, when the summary was due"
    return None
