"""The tables of modes and schedules, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table

from services.store.tables import metadata, moment

mode = Table(
    "mode",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("position", Integer, nullable=False),
    Column("builtin", Boolean, nullable=False),
    Column("exit_s", Integer, nullable=False),
    Column("entry_s", Integer, nullable=False),
)

mode_change = Table(
    "mode_change",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("mode_id", String(64), nullable=False),
    moment("since"),
    Column("set_by", String(120), nullable=False),
    Column("reason", String(300), nullable=False),
    moment("until", nullable=True),
    Column("previous_mode_id", String(64)),
    Column("schedule_id", String(36)),
    moment("arming_until", nullable=True),
)

schedule = Table(
    "schedule",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("windows", JSON, nullable=False),
    Column("exceptions", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("mode_id", String(64)),
    Column("mode_after_id", String(64)),
    Column("exit_delay", Boolean, nullable=False),
)
