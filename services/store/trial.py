"""Tests of channels: a message like any other, through one channel alone, tried once."""

from datetime import datetime

from sqlalchemy import Connection

from services.core.ids import new_id
from services.store import decision, delivery, telling
from services.store.channel import Channel
from services.store.decision import TEST, NewDecision
from services.store.telling import Telling

SUBJECT = "A test from Hearthwatch"


def begin(connection: Connection, through: Channel, name: str, at: datetime) -> str:
    """Writes what the notifier then sends to the person of this name; the decision's id, as its `alert/result` has it.

    What came of it is `tried_at` and `tried_error` of the channel, too.
    """
    reasons = [f"somebody tests this channel of {name}"]
    body = f"This is a test of a channel of {name}. Alerts come this way.\n\nWhy you are told:\n- {reasons[0]}\n"
    made = NewDecision(
        id=new_id(),
        image_id=None,
        camera_id=None,
        rule=f"{TEST}{new_id()}",
        outcome="telling",
        labels=[],
        reasons=reasons,
        subject=SUBJECT,
        body=body,
        asked_at=at,
        decided_at=at,
    )
    decision.add(connection, made)
    row = Telling(new_id(), made.id, through.person_id, name, "telling", reasons, None, at)
    telling.add(connection, [row])
    delivery.add_for(connection, made.id, row.id, through, at)
    return made.id
