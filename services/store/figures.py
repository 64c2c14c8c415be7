"""What waits now, as plain numbers for `scripts/status`."""

from sqlalchemy import ColumnElement, Connection, func, select

from services.store.alert_tables import decision, delivery
from services.store.person_tables import telling
from services.store.plate_tables import plate_look
from services.store.tables import event, image, sighting

UNSETTLED = ("new", "pending", "detecting")


def waiting(connection: Connection) -> dict[str, int]:
    """Pictures by unsettled state, plates to be read, missing verdicts, alerts kept back or under way; 0 too."""
    by_state = select(image.c.state, func.count()).where(image.c.state.in_(UNSETTLED)).group_by(image.c.state)
    counted = {str(state): int(count) for state, count in connection.execute(by_state)}
    return {f"images_{state}": counted.get(state, 0) for state in UNSETTLED} | {
        "images_unjudged": _count(connection, (image.c.state == "detected") & image.c.judged_at.is_(None)),
        "plates_pending": _count(connection, plate_look.c.state.in_(("pending", "reading"))),
        "plates_unjudged": _count(
            connection, sighting.c.plate_judged_at.is_(None) & sighting.c.plate_settled_at.is_not(None)
        ),
        "events_unjudged": _count(connection, event.c.unjudged_since.is_not(None)),
        "tellings_later": _count(connection, telling.c.outcome == "later"),
        "decisions_telling": _count(connection, decision.c.outcome == "telling"),
        "deliveries_pending": _count(connection, delivery.c.state.in_(("pending", "sending"))),
    }


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.count()).where(condition)) or 0)
