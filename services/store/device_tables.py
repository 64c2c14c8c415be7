"""The tables of devices and meters, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import Boolean, Column, Double, Enum, Integer, String, Table

from services.store.engine import UtcMoment
from services.store.tables import metadata, moment

device = Table(
    "device",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("called", String(120), nullable=False),
    Column("name", String(120)),
    Column("kind", String(64), nullable=False),
    Column("location", String(120)),
    Column("is_input", Boolean, nullable=False),
    Column("is_output", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("group_name", String(120)),
    Column("stale_after_s", Integer),
    Column("schedule_id", String(36)),
    Column("entry", Boolean, nullable=False),
    Column("latch_s", Integer),
    Column("rate_count", Integer),
    Column("rate_s", Integer),
    Column("escalate_after_s", Integer),
    Column("interval_s", Integer),
    Column("longest_on_s", Integer),
    moment("confirmed_at", nullable=True),
    moment("first_seen_at"),
    moment("last_seen_at"),
    moment("stale_since", nullable=True),
    Column("active", Boolean),
    moment("active_since", nullable=True),
    Column("detail", String(200)),
    moment("triggered_at", nullable=True),
    Column("is_on", Boolean),
    moment("is_on_since", nullable=True),
)

device_group = Table(
    "device_group",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("schedule_id", String(36)),
)

forgetting = Table(
    "forgetting",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("user_id", String(36), nullable=False),
    Column("asked_at", UtcMoment(), nullable=False),
    Column("gone", Integer, nullable=False),
)

meter = Table(
    "meter",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("shows", Enum("register", "last_minute"), nullable=False),
    Column("factor", Double, nullable=False),
    Column("unit", String(16)),
    Column("digits", Integer, nullable=False),
    Column("low", Double),
    Column("high", Double),
    Column("reset_to", Double),
    Column("reset_from", Double),
    Column("reset_asked_at", UtcMoment()),
    Column("reset_done_at", UtcMoment()),
)

reading = Table(
    "reading",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("at", UtcMoment(), nullable=False),
    Column("register", Double),
    Column("last_minute", Double),
)
