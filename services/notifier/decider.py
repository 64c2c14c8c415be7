"""Answers `alert/request`: one transaction writes the decision, its deliveries and what it holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.core.messages import AlertDecision, AlertRequest, Message, Wanted
from services.notifier import figures
from services.notifier.message import Story, Words, link, render
from services.notifier.rules import Facts, Hold, Policy, Verdict, decide, refuse_early
from services.store import cooldown, decision, delivery
from services.store.decision import Decision, NewDecision, Sighted

LONGEST_ABSENCE = timedelta(minutes=10)
log = get(__name__)


@dataclass(frozen=True)
class _Decided:
    decision: Decision
    fresh: bool


class Decider:
    """Decides once for each image and rule, however often the request comes.

    `channels` are the names that deliveries are written for; `wake` is called when one is due, `ring` with the news.
    """

    def __init__(self, engine: Engine, clock: Clock, policy: Policy, channels: Sequence[str], gallery_url: str) -> None:
        self._engine = engine
        self._clock = clock
        self._policy = policy
        self._channels = channels
        self._gallery_url = gallery_url

    def handle(self, request: AlertRequest, wake: Callable[[], None], ring: Callable[[Message], None]) -> None:
        """Decides, then wakes the sender and tells the news. Raises `store.engine.Away`'s errors: try again."""
        with self._engine.begin() as connection:
            made = self._decide(connection, request)
        if made is None:
            figures.requests_discarded.inc()
            log.warning("request_discarded", image_id=request.image_id, because="no picture has this id")
            return
        if made.fresh:
            figures.decisions.labels(made.decision.outcome).inc()
            log.info("decided", **_news(made.decision))
        if made.decision.outcome == "telling":
            wake()
        ring(AlertDecision.make(self._clock, "notifier", **_news(made.decision)))

    def _decide(self, connection: Connection, request: AlertRequest) -> "_Decided | None":
        sighted = decision.lock_image(connection, request.image_id)
        known = decision.find(connection, request.image_id, request.rule)
        if sighted is None or known:
            # A thing may depart again with the same last picture, or its picture may be deleted: nobody waits for it.
            decision.settle(connection, request.image_id, request.rule, self._clock.now())
        if sighted is None:
            return None
        if known:
            return _Decided(known, fresh=False)
        return _Decided(self._make(connection, request, sighted), fresh=True)

    def _make(self, connection: Connection, request: AlertRequest, sighted: Sighted) -> Decision:
        facts = self._facts(connection, request, sighted)
        verdict = decide(facts, policy_for(request.rule, self._policy))
        words = self._words(request, sighted, verdict)
        made = NewDecision(
            id=new_id(),
            image_id=sighted.image_id,
            camera_id=sighted.camera_id,
            rule=request.rule,
            outcome=verdict.outcome,
            labels=[one.model_dump() for one in request.labels],
            reasons=list(verdict.reasons),
            subject=words.subject if words else None,
            body=words.body if words else None,
            asked_at=request.at,
            decided_at=facts.now,
        )
        decision.add(connection, made)
        if verdict.outcome == "telling":
            delivery.add(connection, made.id, self._channels, facts.now)
            cooldown.hold(connection, sighted.camera_id, verdict.labels, made.id)
        return Decision(made.id, made.image_id, made.camera_id, made.outcome, made.reasons)

    def _facts(self, connection: Connection, request: AlertRequest, sighted: Sighted) -> Facts:
        facts = Facts(
            tell=request.tell,
            reasons=tuple(request.reasons),
            labels=tuple(dict.fromkeys(one.label for one in request.labels)),
            camera=sighted.camera,
            captured_at=sighted.captured_at,
            now=self._clock.now(),
            holds={},
            reachable=bool(self._channels),
        )
        if refuse_early(facts, policy_for(request.rule, self._policy)):
            return facts
        holds = _holds(connection, sighted.camera_id, facts.labels)
        # Waiting for another decider's locks takes time, and its alert may be younger than the moment before.
        return replace(facts, holds=holds, now=self._clock.now())

    def _words(self, request: AlertRequest, sighted: Sighted, verdict: Verdict) -> Words | None:
        if not verdict.labels:
            return None
        story = Story(
            labels=_best(request.labels, verdict.labels),
            camera=sighted.camera,
            captured_at=sighted.captured_at,
            reasons=request.reasons if verdict.outcome == "no_channel" else verdict.reasons,
            link=link(self._gallery_url, sighted.image_id),
        )
        return render(story, self._policy.zone)


def policy_for(rule: str, policy: Policy) -> Policy:
    """The last picture of what has gone is as old as its absence had to be; see docs/sightings.md."""
    if not rule.startswith(decision.DEPARTURE):
        return policy
    return replace(policy, max_age=policy.max_age + LONGEST_ABSENCE)


def _holds(connection: Connection, camera_id: str, labels: Iterable[str]) -> Mapping[str, Hold]:
    pauses = cooldown.lock(connection, camera_id, labels)
    under_way = decision.made_at(connection, [one.decision_id for one in pauses.values() if one.decision_id])
    return {label: Hold(under_way.get(one.decision_id or ""), one.told_at) for label, one in pauses.items()}


def _best(wanted: Sequence[Wanted], labels: Sequence[str]) -> list[Wanted]:
    """Each label once, with its best score."""
    return [max((one for one in wanted if one.label == label), key=lambda one: one.score) for label in labels]


def _news(made: Decision) -> dict[str, Any]:
    return {
        "decision_id": made.id,
        "image_id": made.image_id,
        "camera_id": made.camera_id,
        "outcome": made.outcome,
        "reasons": made.reasons,
    }
