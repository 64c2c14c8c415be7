"""The tables beside `device`, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import Column, Integer, String, Table

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
