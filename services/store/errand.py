"""All that the message of a claimed delivery needs: its words, whom it is for, and the picture that goes with it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from services.store.alert_tables import decision, delivery
from services.store.person_tables import channel, person, telling
from services.store.tables import event, image


@dataclass(frozen=True)
class Photo:
    """A stored picture; `path` is below the media folder, times aware UTC, sides in pixels where known."""

    image_id: str
    camera_id: str
    path: str
    width: int | None
    height: int | None
    captured_at: datetime
    received_at: datetime


@dataclass(frozen=True)
class Addressee:
    """The person whom it is for. None: they were removed, or the channel was; `address` is for no log.

    `is_on` and `muted_until` are theirs as they are now, `channel_on` is the channel's.
    """

    telling_id: str
    person_id: str | None
    name: str
    reasons: list[str]
    channel_id: str | None
    kind: str | None
    address: str | None = field(repr=False)
    is_on: bool | None
    muted_until: datetime | None
    channel_on: bool | None


@dataclass(frozen=True)
class Errand:
    """A claimed delivery. `happened_at` is the event's; `addressee` is None for an address of the settings."""

    id: str
    decision_id: str
    channel: str
    claim_expires_at: datetime
    image_id: str | None
    event_id: str | None
    camera_id: str | None
    rule: str
    subject: str
    body: str
    decided_at: datetime
    happened_at: datetime | None
    addressee: Addressee | None


def find(connection: Connection, delivery_id: str) -> Errand | None:
    """All about a claimed delivery, or None when its image has been deleted meanwhile."""
    query = (
        select(
            delivery.c.id,
            delivery.c.decision_id,
            delivery.c.channel,
            delivery.c.claim_expires_at,
            decision.c.image_id,
            decision.c.event_id,
            decision.c.camera_id,
            decision.c.rule,
            decision.c.subject,
            decision.c.body,
            decision.c.decided_at,
            event.c.happened_at,
        )
        .join(decision, decision.c.id == delivery.c.decision_id)
        .outerjoin(event, event.c.id == decision.c.event_id)
        .where(delivery.c.id == delivery_id)
    )
    row = connection.execute(query).one_or_none()
    return Errand(**row._mapping, addressee=_addressee(connection, delivery_id)) if row else None


def _addressee(connection: Connection, delivery_id: str) -> Addressee | None:
    query = (
        select(
            telling.c.id.label("telling_id"),
            telling.c.person_id,
            telling.c.name,
            telling.c.reasons,
            delivery.c.channel_id,
            channel.c.kind,
            channel.c.address,
            person.c.enabled.label("is_on"),
            person.c.muted_until,
            channel.c.enabled.label("channel_on"),
        )
        .select_from(delivery)
        .join(telling, telling.c.id == delivery.c.telling_id)
        .outerjoin(channel, channel.c.id == delivery.c.channel_id)
        .outerjoin(person, person.c.id == telling.c.person_id)
        .where(delivery.c.id == delivery_id)
    )
    row = connection.execute(query).one_or_none()
    return Addressee(**row._mapping) if row else None


def photo(connection: Connection, errand: Errand) -> Photo | None:
    """The picture that it is about; of an event at a camera the newest one that there was when it was decided on."""
    if errand.image_id is not None:
        return _photo(connection, image.c.id == errand.image_id)
    if errand.camera_id is None:
        return None
    then = (image.c.camera_id == errand.camera_id, image.c.captured_at <= errand.decided_at)
    return _photo(connection, *then)


def kept_photos(connection: Connection, summary_id: str, limit: int) -> list[Photo]:
    """The pictures of the alerts that a summary holds, newest first."""
    held = select(decision.c.image_id).join(telling, telling.c.decision_id == decision.c.id)
    wanted = held.where(telling.c.summary_id == summary_id, decision.c.image_id.is_not(None))
    return _photos(connection, limit, image.c.id.in_(wanted))


def _photo(connection: Connection, *conditions: ColumnElement[bool]) -> Photo | None:
    return next(iter(_photos(connection, 1, *conditions)), None)


def _photos(connection: Connection, limit: int, *conditions: ColumnElement[bool]) -> list[Photo]:
    names = (name for name in Photo.__dataclass_fields__ if name != "image_id")
    query = (
        select(image.c.id.label("image_id"), *(image.c[name] for name in names))
        .where(*conditions)
        .order_by(image.c.captured_at.desc(), image.c.id.desc())
        .limit(limit)
    )
    return [Photo(**row._mapping) for row in connection.execute(query)]
