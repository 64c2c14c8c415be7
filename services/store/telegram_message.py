"""Alerts' pictures in Telegram chats: which message shows which picture, and whether there is a better one by now."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, select, update
from sqlalchemy.dialects.mysql import insert

from services.store.alert_tables import decision, delivery
from services.store.person_tables import channel
from services.store.tables import detection, image, sighting
from services.store.telegram_tables import telegram_message


@dataclass(frozen=True)
class Sent:
    """A message that may still be edited. `chat` is a secret, for no log; `until` is aware UTC."""

    delivery_id: str
    chat: str = field(repr=False)
    message_id: int
    image_id: str
    caption: str
    edits: int
    until: datetime


def sent(connection: Connection, delivery_id: str, message_id: int, caption: str, until: datetime) -> None:
    """Notes the message that brought an alert with its picture; of one that went out twice the later one."""
    about = select(decision.c.image_id).join(delivery, delivery.c.decision_id == decision.c.id)
    image_id = connection.scalar(about.where(delivery.c.id == delivery_id))
    if image_id is None:
        # The picture has been deleted meanwhile, or the message is a summary.
        return
    shown = {"message_id": message_id, "image_id": image_id, "caption": caption, "edits": 0, "until": until}
    made = insert(telegram_message).values(delivery_id=delivery_id, **shown)
    connection.execute(made.on_duplicate_key_update(shown))


def may_get_better(connection: Connection, now: datetime, most_edits: int) -> list[Sent]:
    """The messages whose picture may still be changed, oldest first, as far as their channel is still there."""
    query = (
        select(telegram_message, channel.c.address.label("chat"))
        .join(delivery, delivery.c.id == telegram_message.c.delivery_id)
        .join(channel, channel.c.id == delivery.c.channel_id)
        .where(telegram_message.c.until > now, telegram_message.c.edits < most_edits, channel.c.enabled)
        .order_by(telegram_message.c.until)
    )
    return [Sent(**row._mapping) for row in connection.execute(query)]


def better_picture(connection: Connection, one: Sent, by: float) -> str | None:
    """The best picture of what the message tells of, when its score is higher by so much (0-1) than that of the
    picture shown; else None. What else is in the picture does not count: its best picture may not show the thing.
    """
    told = select(decision.c.labels).join(delivery, delivery.c.decision_id == decision.c.id)
    labels = connection.scalar(told.where(delivery.c.id == one.delivery_id)) or []
    query = (
        select(sighting.c.best_image_id)
        .join(detection, detection.c.sighting_id == sighting.c.id)
        .join(image, image.c.id == sighting.c.best_image_id)
        .where(
            detection.c.image_id == one.image_id,
            detection.c.dropped_because.is_(None),
            sighting.c.label.in_([wanted["label"] for wanted in labels]),
            sighting.c.best_image_id != one.image_id,
            sighting.c.best_score >= detection.c.score + by,
        )
        .order_by(sighting.c.best_score.desc())
        .limit(1)
    )
    return connection.scalar(query)


def take_edit(connection: Connection, one: Sent, image_id: str) -> bool:
    """Notes that a better picture goes into the message; False when somebody else has done so just now."""
    same = and_(telegram_message.c.delivery_id == one.delivery_id, telegram_message.c.edits == one.edits)
    taken = update(telegram_message).where(same).values(edits=one.edits + 1, image_id=image_id)
    return connection.execute(taken).rowcount == 1
