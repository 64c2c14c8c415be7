"""What the notifier tells of its tries."""

from typing import Literal

from services.core.alert_messages import AlertResult
from services.core.clock import Clock
from services.store.delivery import Lost
from services.store.errand import Errand

Outcome = Literal["sent", "retry", "failed", "dropped"]


def result(clock: Clock, of: Errand | Lost, person: str | None, outcome: Outcome, error: str | None) -> AlertResult:
    """`alert/result` of one try, or of one that is not made any more."""
    return AlertResult.make(
        clock,
        "notifier",
        decision_id=of.decision_id,
        delivery_id=of.id,
        image_id=of.image_id,
        event_id=of.event_id,
        # The kind alone: whose address it is stays in the database.
        channel=of.channel.partition(":")[0],
        person=person,
        outcome=outcome,
        error=error,
    )
