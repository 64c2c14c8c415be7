"""The tables of what comes by FTP; see `tables.py`."""

from sqlalchemy import BigInteger, Boolean, Column, String, Table

from services.store.tables import metadata, moment

ftp_user = Table(
    "ftp_user",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password_hash", String(255), nullable=False),
    Column("camera_id", String(64)),
    Column("enabled", Boolean, nullable=False),
    moment("last_seen_at", nullable=True),
    moment("last_sent_at", nullable=True),
    moment("created_at"),
)

upload = Table(
    "upload",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(64)),
    Column("sender", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("path", String(400), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    moment("received_at"),
    moment("stored_at"),
)
