"""The tables of Telegram's chats as SQLAlchemy Core sees them; see `tables.py`."""

from sqlalchemy import JSON, BigInteger, Column, Integer, String, Table, Text

from services.store.tables import metadata, moment

telegram_message = Table(
    "telegram_message",
    metadata,
    Column("delivery_id", String(36), primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    Column("image_id", String(36), nullable=False),
    Column("caption", String(1024), nullable=False),
    Column("edits", Integer, nullable=False),
    moment("until"),
)

telegram_update = Table(
    "telegram_update",
    metadata,
    Column("bot_id", BigInteger, primary_key=True),
    Column("update_id", BigInteger, primary_key=True),
    Column("person_id", String(36)),
    Column("answer", Text, nullable=False),
    Column("images", JSON, nullable=False),
    moment("done_at"),
    moment("answered_at", nullable=True),
)
