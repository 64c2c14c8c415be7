"""The tables of people and of what they are told, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import JSON, Boolean, Column, Enum, Integer, String, Table

from services.store.tables import metadata, moment

KINDS = ("email", "telegram", "ntfy", "pushover", "webhook", "sms_email", "sms_sns", "apprise")
TELLING_OUTCOMES = ("telling", "told", "later", "in_summary", "not_told", "no_channel", "failed")

person = Table(
    "person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("user_id", String(36)),
    Column("enabled", Boolean, nullable=False),
    *(Column(name, JSON(none_as_null=True)) for name in ("cameras", "labels", "zones", "modes")),
    *(Column(name, JSON, nullable=False) for name in ("happenings", "quiet", "breaks_through")),
    Column("per_hour", Integer),
    moment("muted_until", nullable=True),
    moment("created_at"),
)

channel = Table(
    "channel",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(36), nullable=False),
    Column("place", Integer, nullable=False),
    Column("kind", Enum(*KINDS), nullable=False),
    Column("address", String(1000), nullable=False),
    Column("shown", String(120), nullable=False),
    Column("enabled", Boolean, nullable=False),
    moment("tried_at", nullable=True),
    Column("tried_error", String(500)),
    moment("created_at"),
)

telling = Table(
    "telling",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("decision_id", String(36), nullable=False),
    Column("person_id", String(36)),
    Column("name", String(120), nullable=False),
    Column("outcome", Enum(*TELLING_OUTCOMES), nullable=False),
    Column("reasons", JSON, nullable=False),
    moment("due_at", nullable=True),
    Column("summary_id", String(36)),
    moment("decided_at"),
    moment("told_at", nullable=True),
)
