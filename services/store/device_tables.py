"""The tables beside `device`, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import Column, Double, Enum, Integer, String, Table

from services.store.engine import UtcMoment
from services.store.tables import metadata

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
