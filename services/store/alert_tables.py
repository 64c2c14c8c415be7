"""The tables of decisions and how they are delivered, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import JSON, Column, Enum, Integer, String, Table, Text

from services.store.tables import metadata, moment

decision = Table(
    "decision",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("image_id", String(36)),
    Column("event_id", String(36)),
    Column("camera_id", String(64)),
    Column("rule", String(64), nullable=False),
    Column("outcome", Enum("telling", "told", "not_told", "no_channel", "failed"), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("subject", String(255)),
    Column("body", Text),
    moment("asked_at"),
    moment("decided_at"),
    moment("told_at", nullable=True),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("decision_id", String(36), nullable=False),
    Column("telling_id", String(36)),
    Column("channel", String(64), nullable=False),
    Column("channel_id", String(36)),
    Column("state", Enum("pending", "sending", "sent", "failed", "dropped"), nullable=False),
    moment("next_try_at"),
    Column("claimed_by", String(64)),
    moment("claim_expires_at", nullable=True),
    Column("tries", Integer, nullable=False),
    moment("sent_at", nullable=True),
    moment("created_at"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("delivery_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    moment("started_at"),
    moment("ended_at"),
    Column("outcome", Enum("accepted", "passing", "permanent"), nullable=False),
    Column("error", String(500)),
)

cooldown = Table(
    "cooldown",
    metadata,
    Column("camera_id", String(64), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("decision_id", String(36)),
    moment("told_at", nullable=True),
)
