"""Hands due deliveries of some kinds to their channels, one after the other: claim, send, write down, ring."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import Message
from services.notifier import figures
from services.notifier.backoff import LONGEST, Step, lost
from services.notifier.channel import Answer
from services.notifier.news import result
from services.notifier.patience import until_done
from services.notifier.post import Parcel, Post, load
from services.notifier.settle import let_go, settle, take_back
from services.notifier.words import since
from services.store import decision, delivery
from services.store.delivery import ERROR_MAX, Attempt, Lost, Turn
from services.store.engine import Misfit, reason
from services.store.errand import Errand

CLAIM = timedelta(minutes=10)
"""Longer than any try takes: about ten answers of a mail server, each waited for at most 30 s."""
REST = timedelta(seconds=60)
"""After a refusal for good: the next picture's alert is not refused at once, or the server may lock the account."""
LONGEST_REST = timedelta(hours=1)
NOT_WRITTEN = "what the channel answered could not be written down"

log = get(__name__)


class Sender:
    """One lane. `by` names it among all senders: an earlier run under the same name has ended for certain.

    `kinds` are the kinds of channels that it serves; None: all.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        post: Post,
        by: str,
        ring: Callable[[Message], None],
        kinds: Sequence[str] | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._post = post
        self._by = by
        self._ring = ring
        self._kinds = kinds
        self._rests: dict[str, datetime] = {}

    def take_back_own(self) -> None:
        """What an earlier run under this name was sending when it was killed is due again. Raises `Away`'s errors."""
        with self._engine.begin() as connection:
            left = delivery.left_by(connection, self._by)
        take_all_back(self._engine, self._clock, left, self._ring)

    def send_one(self, stopping: threading.Event) -> bool:
        """Sends the delivery whose turn it is; False when none is due. Raises `Away`'s errors."""
        parcel = self._claim(self._clock.now())
        if parcel is None:
            return False
        self._send(parcel, stopping)
        return True

    def _claim(self, now: datetime) -> Parcel | None:
        resting = [name for name, until in self._rests.items() if now < until <= now + LONGEST_REST]
        turn = Turn(self._by, now + CLAIM, self._kinds, resting, LONGEST)
        with self._engine.begin() as connection:
            taken = delivery.claim(connection, now, turn)
            return load(connection, taken) if taken else None

    def _send(self, parcel: Parcel, stopping: threading.Event) -> None:
        errand, started_at = parcel.errand, self._clock.now()
        unwanted = self._post.unwanted(errand, started_at)
        if unwanted is not None:
            self._drop(errand, unwanted, stopping)
            return
        answer = self._post.hand_over(parcel, started_at)
        said = answer.error[:ERROR_MAX] if answer.error else None
        made = Attempt(started_at, max(started_at, self._clock.now()), answer.outcome, said)
        self._rest(errand.channel, answer, made.ended_at)
        # What the channel has answered must be written down, or it would be sent again.
        then = until_done(lambda: self._settle(errand, made), stopping)
        figures.attempts.labels(made.outcome).inc()
        if made.outcome == "accepted":
            _measure(parcel, made.ended_at)
        log.info("attempted", image_id=errand.image_id, delivery_id=errand.id, outcome=made.outcome, error=made.error)
        if then is not None:
            name = errand.addressee.name if errand.addressee else None
            self._ring(result(self._clock, errand, name, then.outcome, made.error))

    def _drop(self, errand: Errand, why: str, stopping: threading.Event) -> None:
        """Its person is not to be told any more."""
        until_done(lambda: self._let_go(errand, why), stopping)
        log.info("delivery_dropped", image_id=errand.image_id, delivery_id=errand.id, because=why)
        name = errand.addressee.name if errand.addressee else None
        self._ring(result(self._clock, errand, name, "dropped", why))

    def _let_go(self, errand: Errand, why: str) -> None:
        with self._engine.begin() as connection:
            let_go(connection, errand, self._by, why, self._clock.now())

    def _rest(self, channel: str, answer: Answer, now: datetime) -> None:
        if not answer.asked:
            return
        rest = REST if answer.outcome == "permanent" else answer.again_after
        if rest:
            self._rests[channel] = now + min(rest, LONGEST_REST)

    def _settle(self, errand: Errand, made: Attempt) -> Step | None:
        """An answer that no row can hold must not end the notifier, which would get it again and again."""
        try:
            return self._write(errand, made)
        except Misfit as error:
            log.error("attempt_not_written", delivery_id=errand.id, outcome=made.outcome, error=reason(error))
            return self._write(errand, replace(made, outcome="passing", error=NOT_WRITTEN))

    def _write(self, errand: Errand, made: Attempt) -> Step | None:
        with self._engine.begin() as connection:
            return settle(connection, errand, made, self._by)


def take_over(engine: Engine, clock: Clock, ring: Callable[[Message], None], stopping: threading.Event) -> None:
    """At the beginning of a notifier's turn: whoever was sending has ended, and what they were sending is due again."""

    def take() -> None:
        with engine.begin() as connection:
            left = delivery.left(connection)
        take_all_back(engine, clock, left, ring)

    until_done(take, stopping)


def take_all_back(engine: Engine, clock: Clock, left: Sequence[Lost], ring: Callable[[Message], None]) -> None:
    """Deliveries whose notifier ended while it sent are due again, and say so. Raises `Away`'s errors."""
    for one in left:
        made = lost(one.claim_expires_at - CLAIM, clock.now())
        with engine.begin() as connection:
            then = take_back(connection, one, made)
        if then is not None:
            figures.attempts.labels(made.outcome).inc()
            log.warning("attempt_interrupted", image_id=one.image_id, delivery_id=one.id, by=one.claimed_by)
            ring(result(clock, one, one.name, then.outcome, made.error))


def _measure(parcel: Parcel, told_at: datetime) -> None:
    """From a picture's receipt until its alert was accepted; other messages have waited on purpose."""
    errand = parcel.errand
    if errand.image_id is not None and parcel.pictures and not errand.rule.startswith(decision.SUMMARY):
        received_at = parcel.pictures[0][0].received_at
        figures.received_to_told.observe(since(received_at, told_at).total_seconds())
