"""What the notifier tells of its tries."""

from services.core.clock import Clock
from services.core.messages import AlertResult
from services.notifier.backoff import Step
from services.store.delivery import Attempt, Lost
from services.store.errand import Errand


def result(clock: Clock, of: Errand | Lost, person: str | None, then: Step, made: Attempt) -> AlertResult:
    """`alert/result` of one try."""
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
        outcome=then.outcome,
        error=made.error,
    )
