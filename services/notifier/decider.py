"""Answers `alert/request`: one transaction writes the decision, what it means for each person, and what it holds."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from services.core.alert_messages import AlertDecision, AlertRequest, Wanted
from services.core.clock import Clock, to_rfc3339
from services.core.happenings import HAPPENINGS, PANIC
from services.core.ids import new_id
from services.core.logging import get
from services.core.messages import ConfigChanged, Message
from services.notifier import figures, tellings
from services.notifier.chatter import CALM, Chatter, guard
from services.notifier.history import before
from services.notifier.message import Report, Story, Words, link, render, render_event
from services.notifier.plan import Outcome, Plan, outcome
from services.notifier.rules import Facts, Hold, Policy, Verdict, decide, held_labels, refuse_early, waits
from services.notifier.words import since
from services.store import cooldown, decision, delivery, entry, held, matter
from services.store.decision import Decision, NewDecision
from services.store.entry import Entry
from services.store.held import HeldAlert
from services.store.matter import Matter

NEVER_WAIT = (PANIC, decision.PLATES)
"""Rules whose alerts wait for no entry delay, whatever a flow says."""
LONGEST_ABSENCE = timedelta(minutes=10)
FOR_THE_HOUSE = "the addresses of the house get every alert"
log = get(__name__)


@dataclass(frozen=True)
class _Decided:
    """`kinds` are those of the channels that it goes out through."""

    decision: Decision
    fresh: bool
    kinds: Collection[str] = ()


class Decider:
    """Decides once for each image or event and rule, however often the request comes.

    `channels` are the names of the settings' addresses, which are told of everything that is told; `wake` is called
    with the kinds of channels that deliveries are due through, `ring` with the news.
    """

    def __init__(self, engine: Engine, clock: Clock, policy: Policy, channels: Sequence[str], gallery_url: str) -> None:
        self._engine = engine
        self._clock = clock
        self._policy = policy
        self._channels = channels
        self._gallery_url = gallery_url

    def handle(
        self, request: AlertRequest, wake: Callable[[Collection[str]], None], ring: Callable[[Message], None]
    ) -> None:
        """Decides, then wakes the senders and tells the news. Raises `store.engine.Away`'s errors: try again."""
        with self._engine.begin() as connection:
            made = self._decide(connection, request)
        self._tell(made, wake, ring)

    def release(self, wake: Callable[[Collection[str]], None], ring: Callable[[Message], None]) -> None:
        """Decides on what has waited for the end of an entry delay. Raises as `handle` does."""
        with self._engine.begin() as connection:
            due = held.due_alerts(connection, self._clock.now())
        for one in due:
            with self._engine.begin() as connection:
                made = self._released(connection, one)
            self._tell(made, wake, ring)

    def _tell(
        self, made: "_Decided | Entry | None", wake: Callable[[Collection[str]], None], ring: Callable[[Message], None]
    ) -> None:
        if made is None:
            return
        if isinstance(made, Entry):
            # scribe tells that the house is pending.
            ring(ConfigChanged.make(self._clock, "notifier", noun="modes"))
            return
        if made.fresh:
            figures.decisions.labels(made.decision.outcome).inc()
            log.info("decided", **_news(made.decision))
        if made.kinds:
            wake(made.kinds)
        ring(AlertDecision.make(self._clock, "notifier", **_news(made.decision)))

    def _decide(self, connection: Connection, request: AlertRequest) -> "_Decided | Entry | None":
        """None: nothing is decided, or not yet. An entry: that is what it waits for."""
        about = matter.lock(connection, request.image_id, request.event_id)
        known = decision.find(connection, request.image_id, request.event_id, request.rule)
        if about is None or known:
            # A thing may depart again with the same last picture, or its picture may be deleted: nobody waits for it.
            decision.settle(connection, request.image_id, request.event_id, request.rule, self._clock.now())
        if about is None:
            _discard(request)
            return None
        if known:
            return _Decided(known, fresh=False)
        if held.is_alert_held(connection, request.image_id, request.event_id, request.rule):
            return None
        return self._judge(connection, self._for_the_house(request), about)

    def _judge(self, connection: Connection, request: AlertRequest, about: Matter) -> _Decided | Entry | None:
        facts = self._facts(connection, request, about)
        verdict = decide(facts, policy_for(request.rule, self._policy))
        if waits(facts, verdict):
            log.info("decision_waits", event_id=about.event_id, rule=request.rule, reasons=verdict.reasons)
            return None
        if verdict.tell and request.entry_s is not None and request.rule not in NEVER_WAIT:
            return _hold_back(connection, request, about, verdict, facts.now)
        return self._make(connection, request, about, facts, verdict)

    def _released(self, connection: Connection, one: HeldAlert) -> _Decided | None:
        """None: another notifier has decided on it."""
        about = matter.lock(connection, one.image_id, one.event_id)
        if about is None or not held.take_alert(connection, one):
            return None
        request = AlertRequest.model_validate(one.request)
        because = held.dropped_because(entry.find(connection, one.entry_id))
        if because is not None:
            request = request.model_copy(update={"tell": False, "reasons": [because, *request.reasons]})
        facts = self._facts(connection, request, about, waited_since=one.held_at)
        verdict = decide(facts, policy_for(request.rule, self._policy))
        return self._make(connection, request, about, facts, verdict)

    def _make(
        self, connection: Connection, request: AlertRequest, about: Matter, facts: Facts, verdict: Verdict
    ) -> _Decided:
        chatter = guard(connection, request.rule, about, self._policy.chatter, facts.now) if verdict.tell else CALM
        verdict = replace(verdict, reasons=(*verdict.reasons, *chatter.reasons))
        plans, ends = self._plans(connection, request, verdict, facts, chatter)
        words = self._words(connection, request, about, verdict) if verdict.tell else None
        made = NewDecision(
            id=new_id(),
            image_id=about.image_id,
            camera_id=about.camera_id,
            rule=request.rule,
            outcome=ends.name,
            labels=[one.model_dump() for one in request.labels],
            reasons=list(ends.reasons),
            subject=words.subject if words else None,
            body=words.body if words else None,
            asked_at=request.at,
            decided_at=facts.now,
            event_id=about.event_id,
        )
        decision.add(connection, made)
        # A lane takes what is due in the order in which it was written: the house goes first.
        house = self._channels if ends.name == "telling" and chatter.tells_house else ()
        delivery.add(connection, made.id, house, facts.now)
        tellings.write(connection, made.id, plans, facts.now)
        _hold(connection, about, verdict, made, plans)
        decided = Decision(made.id, made.image_id, made.camera_id, made.outcome, made.reasons, made.event_id)
        return _Decided(decided, fresh=True, kinds=_kinds(house, plans))

    def _for_the_house(self, request: AlertRequest) -> AlertRequest:
        """Where nobody of the people wants to know, the addresses of the settings are told all the same.

        A request that names people was to be told until each of them was asked.
        """
        of_interest = request.event_id is None or request.rule == PANIC
        if request.tell or not request.people or not self._channels or not of_interest:
            return request
        return request.model_copy(update={"tell": True, "reasons": [FOR_THE_HOUSE, *request.reasons]})

    def _plans(
        self, connection: Connection, request: AlertRequest, verdict: Verdict, facts: Facts, chatter: Chatter
    ) -> tuple[list[Plan], Outcome]:
        if not verdict.tell:
            return tellings.refused(connection, request, verdict.reasons), Outcome("not_told", verdict.reasons)
        plans = tellings.plans(connection, request, facts.now, self._policy.zone, chatter.reason)
        ends = outcome(plans, bool(self._channels) and chatter.tells_house, verdict.reasons)
        is_hushed = ends.name == "no_channel" and bool(self._channels)
        return plans, Outcome("not_told", verdict.reasons) if is_hushed else ends

    def _facts(
        self, connection: Connection, request: AlertRequest, about: Matter, waited_since: datetime | None = None
    ) -> Facts:
        now = self._clock.now()
        labels = tuple(dict.fromkeys(one.label for one in request.labels))
        facts = Facts(
            tell=request.tell,
            reasons=tuple(request.reasons),
            labels=held_labels(request.rule, about.camera_id, labels),
            place=about.place,
            at=about.at,
            now=now,
            holds={},
            event=about.event_id is not None,
            lasts=about.lasts,
            waited=timedelta(0) if waited_since is None else since(waited_since, now),
        )
        if about.camera_id is None or refuse_early(facts, policy_for(request.rule, self._policy)):
            return facts
        holds = _holds(connection, about.camera_id, facts.labels)
        # Waiting for another decider's locks takes time, and its alert may be younger than the moment before.
        return replace(facts, holds=holds, now=self._clock.now())

    def _words(self, connection: Connection, request: AlertRequest, about: Matter, verdict: Verdict) -> Words:
        common: dict[str, Any] = {
            "reasons": verdict.reasons,
            "link": link(self._gallery_url, about.image_id),
            "before": before(connection, request.rule, about, self._policy.zone),
        }
        if about.event_id is not None:
            said = request.text or HAPPENINGS.get(request.rule, request.rule)
            return render_event(Report(said, about.place, about.at, **common), self._policy.zone)
        best = _best(request.labels, verdict.labels)
        return render(Story(best, about.place or "", about.at, **common), self._policy.zone)


def _hold_back(connection: Connection, request: AlertRequest, about: Matter, verdict: Verdict, now: datetime) -> Entry:
    """Nobody need ask again about it: its row is there until it is decided on."""
    what = ", ".join(verdict.labels) or request.text or request.rule
    said = f"{about.place}: {what}" if about.place else what
    waited_for = held.wait(connection, said, request.entry_s or 0, now)
    row = HeldAlert(
        id=new_id(),
        entry_id=waited_for.id,
        image_id=request.image_id,
        event_id=request.event_id,
        rule=request.rule,
        request=request.model_dump(mode="json"),
        held_at=now,
    )
    held.hold_alert(connection, row)
    decision.settle(connection, request.image_id, request.event_id, request.rule, now)
    log.info("alert_held", image_id=request.image_id, event_id=request.event_id, until=to_rfc3339(waited_for.until))
    return waited_for


def policy_for(rule: str, policy: Policy) -> Policy:
    """The last picture of what has gone is as old as its absence had to be; see docs/sightings.md."""
    if not rule.startswith(decision.DEPARTURE):
        return policy
    return replace(policy, max_age=policy.max_age + LONGEST_ABSENCE)


def _holds(connection: Connection, camera_id: str, labels: Iterable[str]) -> Mapping[str, Hold]:
    pauses = cooldown.lock(connection, camera_id, labels)
    under_way = decision.made_at(connection, [one.decision_id for one in pauses.values() if one.decision_id])
    return {label: Hold(under_way.get(one.decision_id or ""), one.told_at) for label, one in pauses.items()}


def _hold(connection: Connection, about: Matter, verdict: Verdict, made: NewDecision, plans: Sequence[Plan]) -> None:
    """What is on its way, or kept for a summary, is not told of again at once."""
    if about.camera_id is None or not verdict.labels:
        return
    kept = any(one.outcome == "later" for one in plans)
    if made.outcome == "telling" or kept:
        cooldown.hold(connection, about.camera_id, verdict.labels, made.id)
    if made.outcome != "telling" and kept:
        cooldown.spend(connection, made.id, made.decided_at)


def _discard(request: AlertRequest) -> None:
    figures.requests_discarded.inc()
    about = {"image_id": request.image_id, "event_id": request.event_id}
    log.warning("request_discarded", **about, because="no picture or event has this id")


def _kinds(house: Sequence[str], plans: Sequence[Plan]) -> set[str]:
    """The kinds of channels that something is due through now; a name of the settings begins with its kind."""
    return {name.partition(":")[0] for name in house} | {one.through.kind for one in plans if one.through is not None}


def _best(wanted: Sequence[Wanted], labels: Sequence[str]) -> list[Wanted]:
    """Each label once, with its best score."""
    return [max((one for one in wanted if one.label == label), key=lambda one: one.score) for label in labels]


def _news(made: Decision) -> dict[str, Any]:
    return {
        "decision_id": made.id,
        "image_id": made.image_id,
        "event_id": made.event_id,
        "camera_id": made.camera_id,
        "outcome": made.outcome,
        "reasons": made.reasons,
    }
