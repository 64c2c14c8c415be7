"""The tables of who may come in, and of what was changed, as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import JSON, BigInteger, Column, Enum, Integer, String, Table

from services.store.tables import metadata, moment

user = Table(
    "user",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("role", Enum("owner", "viewer"), nullable=False),
    Column("session_epoch", Integer, nullable=False),
    moment("created_at"),
    moment("last_login_at", nullable=True),
)

token = Table(
    "token",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(36), nullable=False),
    Column("name", String(120), nullable=False),
    Column("token_sha256", String(64), nullable=False),
    moment("created_at"),
    moment("used_at", nullable=True),
)

invite = Table(
    "invite",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("role", Enum("owner", "viewer"), nullable=False),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True),
    moment("at"),
    Column("user_id", String(36)),
    Column("action", String(64), nullable=False),
    Column("noun_id", String(64), nullable=False),
    Column("before_json", JSON(none_as_null=True)),
    Column("after_json", JSON(none_as_null=True)),
)
