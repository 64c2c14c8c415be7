"""What the doctor asks about sightings."""

from datetime import datetime

from sqlalchemy import Connection, select

from services.store.doctor import Span
from services.store.tables import detection, sighting


def arrivals_askew(connection: Connection, span: Span) -> list[str]:
    """Images with a detection that claims an arrival which its sighting puts down to another image, or not at all."""
    joined = select(detection.c.image_id).join(sighting, sighting.c.id == detection.c.sighting_id)
    other = sighting.c.arrival_image_id.is_(None) | (sighting.c.arrival_image_id != detection.c.image_id)
    askew = joined.where(span.holds(detection.c.image_id), detection.c.arrival, other)
    return sorted(connection.scalars(askew.distinct()))


def overdue(connection: Connection, before: datetime) -> list[str]:
    """Sightings that should have been closed before then."""
    late = select(sighting.c.id).where(sighting.c.departed_at.is_(None), sighting.c.expires_at < before)
    return list(connection.scalars(late.order_by(sighting.c.id)))


def departures_unjudged(connection: Connection, before: datetime) -> list[str]:
    """Sightings that departed before then, and nobody has settled whether to tell of it."""
    waiting = select(sighting.c.id).where(
        sighting.c.departure_judged_at.is_(None), sighting.c.departed_at < before, sighting.c.arrived_at.is_not(None)
    )
    return list(connection.scalars(waiting.order_by(sighting.c.id)))
