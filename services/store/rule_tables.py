"""The tables of links, and of what they and entry delays lead to, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import JSON, Boolean, Column, Double, Enum, Integer, String, Table

from services.store.tables import metadata, moment

SOURCES = ("event", "sighting")

link = Table(
    "link",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("within_s", Integer),
    Column("modes", JSON(none_as_null=True)),
    Column("schedule_id", String(36)),
    Column("actions", JSON, nullable=False),
    moment("created_at"),
    moment("acted_at", nullable=True),
)

hold = Table(
    "hold",
    metadata,
    Column("device_id", String(64), primary_key=True),
    moment("accepted_at", nullable=True),
    Column("accepted_detail", String(200)),
    Column("counted", JSON, nullable=False),
    moment("escalated_at", nullable=True),
)

link_half = Table(
    "link_half",
    metadata,
    Column("link_id", String(36), primary_key=True),
    Column("place", Integer, primary_key=True),
    moment("triggered_at"),
)

ruling = Table(
    "ruling",
    metadata,
    Column("source", Enum(*SOURCES), primary_key=True),
    Column("trigger_id", String(36), primary_key=True),
    Column("device_id", String(64)),
    Column("camera_id", String(64)),
    Column("said", String(300), nullable=False),
    Column("outcome", Enum("acted", "held", "not_acted"), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("links", JSON, nullable=False),
    moment("triggered_at"),
    moment("decided_at"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("mode_id", String(64), nullable=False),
    Column("said", String(300), nullable=False),
    moment("began_at"),
    moment("until"),
    moment("ended_at", nullable=True),
    Column("answered_by", String(120)),
    Column("answer", String(64)),
)

held_alert = Table(
    "held_alert",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("entry_id", String(36), nullable=False),
    Column("image_id", String(36)),
    Column("event_id", String(36)),
    Column("rule", String(64), nullable=False),
    Column("request", JSON, nullable=False),
    moment("held_at"),
)

held_link = Table(
    "held_link",
    metadata,
    Column("source", Enum(*SOURCES), primary_key=True),
    Column("trigger_id", String(36), primary_key=True),
    Column("link_id", String(36), primary_key=True),
    Column("entry_id", String(36), nullable=False),
    Column("verdict", JSON, nullable=False),
    moment("held_at"),
)

command = Table(
    "command",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("link_id", String(36)),
    Column("source", Enum(*SOURCES)),
    Column("trigger_id", String(36)),
    Column("ordered_by", String(160), nullable=False),
    Column("is_on", Boolean),
    Column("seconds", Double),
    Column("text", String(300)),
    moment("made_at"),
    moment("expires_at"),
    Column("state", Enum("due", "sent", "expired"), nullable=False),
    moment("sent_at", nullable=True),
    moment("off_at", nullable=True),
)
