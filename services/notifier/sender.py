"""Hands due deliveries to their channels, one after the other: claim, render, send, write down, ring."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import Media
from services.core.messages import AlertResult, Message
from services.notifier import figures
from services.notifier.backoff import LONGEST, Step, lost
from services.notifier.channel import Answer, Channel, Letter
from services.notifier.message import aged, file_name
from services.notifier.patience import until_done
from services.notifier.settle import settle, take_back
from services.notifier.snapshot import snapshot
from services.notifier.words import since
from services.store import album, decision, delivery
from services.store.album import Box
from services.store.delivery import Attempt, Lost, Work

CLAIM = timedelta(minutes=10)
"""Longer than any try takes: about ten answers of a mail server, each waited for at most 30 s."""
REST = timedelta(seconds=60)
"""After a refusal for good: the next picture's alert is not refused at once, or the server may lock the account."""
NO_PICTURE = "\nThe picture itself is not attached: its file cannot be read.\n"

log = get(__name__)


@dataclass(frozen=True)
class _Claimed:
    work: Work
    boxes: Sequence[Box]


class Sender:
    """`by` names this notifier among several: an earlier run under the same name has ended for certain."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        media: Media,
        channels: Mapping[str, Channel],
        by: str,
        ring: Callable[[Message], None],
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._media = media
        self._channels = channels
        self._by = by
        self._ring = ring
        self._counts: dict[str, float] = {}
        self._rests: dict[str, datetime] = {}

    def counts(self) -> Mapping[str, float]:
        """Alerts under way and deliveries due when it last looked; asks the database nothing."""
        return self._counts

    def take_back_own(self) -> None:
        """What an earlier run under this name was sending when it was killed is due again. Raises `Away`'s errors."""
        with self._engine.begin() as connection:
            left = delivery.left_by(connection, self._by)
        self._take_back(left)

    def send_one(self, stopping: threading.Event) -> bool:
        """Sends the delivery that has been due for longest; False when none is. Raises `Away`'s errors."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            expired = delivery.lost(connection, now)
        self._take_back(expired)
        claimed = self._claim(now)
        if claimed is None:
            return False
        self._send(claimed, stopping)
        return True

    def _claim(self, now: datetime) -> _Claimed | None:
        with self._engine.begin() as connection:
            resting = [name for name, until in self._rests.items() if now < until <= now + REST]
            taken = delivery.claim(connection, now, self._by, now + CLAIM, resting, LONGEST)
            work = delivery.work(connection, taken) if taken else None
            boxes = album.boxes(connection, [work.image_id])[work.image_id] if work else []
            self._counts = {
                "telling": decision.telling(connection),
                "deliveries_due": delivery.due(connection, now),
            }
        return _Claimed(work, boxes) if work else None

    def _send(self, claimed: _Claimed, stopping: threading.Event) -> None:
        work, started_at = claimed.work, self._clock.now()
        answer = self._hand_over(claimed, started_at)
        made = Attempt(started_at, max(started_at, self._clock.now()), answer.outcome, answer.error)
        if made.outcome == "permanent":
            self._rests[work.channel] = made.ended_at + REST
        # What the channel has answered must be written down, or it would be sent again.
        then = until_done(lambda: self._settle(work, made), stopping)
        figures.attempts.labels(made.outcome).inc()
        if made.outcome == "accepted":
            figures.received_to_told.observe(since(work.received_at, made.ended_at).total_seconds())
        log.info("attempted", image_id=work.image_id, delivery_id=work.id, outcome=made.outcome, error=made.error)
        if then is not None:
            self._tell(work, then, made)

    def _hand_over(self, claimed: _Claimed, now: datetime) -> Answer:
        name = claimed.work.channel
        channel = self._channels.get(name)
        if channel is None:
            return Answer("permanent", f"{name} is not set up any more: see HEARTHWATCH_ALERT_EMAIL_TO and _SMTP_HOST")
        return channel.hand_over(self._letter(claimed, now))

    def _letter(self, claimed: _Claimed, now: datetime) -> Letter:
        work = claimed.work
        picture = snapshot(self._media, work, claimed.boxes, file_name(work.camera_id, work.captured_at))
        body = aged(work.body, since(work.captured_at, now))
        return Letter(work.id, work.subject, body if picture else body + NO_PICTURE, picture)

    def _settle(self, work: Work, made: Attempt) -> Step | None:
        with self._engine.begin() as connection:
            return settle(connection, work, made, self._by)

    def _take_back(self, left: Sequence[Lost]) -> None:
        for one in left:
            made = lost(one.claim_expires_at - CLAIM, self._clock.now())
            with self._engine.begin() as connection:
                then = take_back(connection, one, made)
            if then is not None:
                figures.attempts.labels(made.outcome).inc()
                log.warning("attempt_interrupted", image_id=one.image_id, delivery_id=one.id, by=one.claimed_by)
                self._tell(one, then, made)

    def _tell(self, of: Work | Lost, then: Step, made: Attempt) -> None:
        result = AlertResult.make(
            self._clock,
            "notifier",
            decision_id=of.decision_id,
            delivery_id=of.id,
            image_id=of.image_id,
            # The kind alone: whose address it is stays in the database.
            channel=of.channel.partition(":")[0],
            outcome=then.outcome,
            error=made.error,
        )
        self._ring(result)
