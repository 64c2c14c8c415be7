"""What a short report of the house tells of alerts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, not_, or_, select

from services.store.alert_tables import decision
from services.store.decision import SUMMARY, TEST


@dataclass(frozen=True)
class Told:
    """An alert that reached somebody: its subject, and when (aware UTC)."""

    subject: str
    told_at: datetime


def last_told(connection: Connection, limit: int) -> list[Told]:
    """The newest alerts that reached somebody, newest first; summaries and tests of channels are none."""
    other = or_(decision.c.rule.startswith(SUMMARY), decision.c.rule.startswith(TEST))
    query = select(decision.c.subject, decision.c.told_at).where(decision.c.outcome == "told", not_(other))
    newest = query.order_by(decision.c.decided_at.desc(), decision.c.id.desc()).limit(limit)
    return [Told(**row._mapping) for row in connection.execute(newest)]
