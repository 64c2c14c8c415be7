"""The tables of plates, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import JSON, BigInteger, Column, Enum, Float, Integer, String, Table

from services.store.tables import box, metadata, moment

plate = Table(
    "plate",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("text", String(16), nullable=False),
    Column("folded", String(16), nullable=False),
    Column("standing", Enum("unknown", "known", "allow", "deny"), nullable=False),
    Column("owner", String(120)),
    Column("colour", String(40)),
    Column("vehicle", String(40)),
    Column("note", String(500)),
    moment("created_at"),
    moment("last_seen_at", nullable=True),
)

plate_look = Table(
    "plate_look",
    metadata,
    Column("image_id", String(36), primary_key=True),
    Column("camera_id", String(64), nullable=False),
    moment("captured_at"),
    Column("state", Enum("pending", "reading", "read", "failed"), nullable=False),
    moment("wanted_at"),
    Column("claimed_by", String(64)),
    moment("claim_expires_at", nullable=True),
    Column("attempts", Integer, nullable=False),
    moment("read_at", nullable=True),
    Column("reader", String(64)),
    Column("took_ms", Float),
    Column("fell_back_because", String(300)),
    Column("error", String(500)),
)

plate_read = Table(
    "plate_read",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("image_id", String(36), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("camera_id", String(64), nullable=False),
    moment("captured_at"),
    Column("sighting_id", String(36)),
    Column("raw", String(64), nullable=False),
    Column("text", String(16), nullable=False),
    Column("folded", String(16), nullable=False),
    Column("score", Float, nullable=False),
    *box(),
    Column("region", String(16)),
    Column("candidates", JSON, nullable=False),
    Column("plate_id", String(36)),
)
