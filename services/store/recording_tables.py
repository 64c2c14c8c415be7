"""The tables of how cameras are reached, and of what they record."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Enum, Integer, LargeBinary, String, Table

from services.store.tables import metadata, moment


def _preview() -> Column[str]:
    return Column("preview", Enum("waiting", "made", "failed"), nullable=False)


access = Table(
    "access",
    metadata,
    Column("camera_id", String(64), primary_key=True),
    Column("maker", String(32), nullable=False),
    Column("shown", String(255), nullable=False),
    Column("snapshot_url", String(1000)),
    Column("every_s", Integer),
    Column("stream_url", String(1000)),
    Column("substream_url", String(1000)),
    Column("account", String(120)),
    Column("password", String(255)),
    Column("transport", Enum("tcp", "udp"), nullable=False),
    Column("records", Boolean, nullable=False),
    Column("watches", Boolean, nullable=False),
    moment("created_at"),
    moment("changed_at"),
)

reach = Table(
    "reach",
    metadata,
    Column("camera_id", String(64), primary_key=True),
    Column("way", Enum("snapshot", "stream"), primary_key=True),
    Column("state", String(32), nullable=False),
    Column("detail", String(300), nullable=False),
    moment("since"),
    moment("tried_at"),
    moment("well_at", nullable=True),
    Column("failures", Integer, nullable=False),
    moment("raised_at", nullable=True),
)

access_try = Table(
    "access_try",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(36), nullable=False),
    Column("url", String(1000), nullable=False),
    Column("by_onvif", Boolean, nullable=False),
    Column("discovers", Boolean, nullable=False),
    Column("account", String(120)),
    Column("password", String(255)),
    moment("asked_at"),
    moment("claimed_at", nullable=True),
    Column("state", String(32)),
    Column("detail", String(300), nullable=False),
    Column("picture", LargeBinary),
    Column("found", JSON(none_as_null=True)),
    Column("hosts", JSON(none_as_null=True)),
)

pull = Table(
    "pull",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(64), nullable=False),
    Column("asked_by", String(160), nullable=False),
    moment("asked_at"),
    moment("expires_at"),
    Column("state", Enum("waiting", "pulling", "ended"), nullable=False),
    Column("claimed_by", String(64)),
    moment("claim_expires_at", nullable=True),
    Column("outcome", String(32)),
    Column("detail", String(300), nullable=False),
    Column("image_id", String(36)),
    moment("ended_at", nullable=True),
    Column("alert", JSON(none_as_null=True)),
)

segment = Table(
    "segment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(64), nullable=False),
    Column("path", String(400), nullable=False),
    moment("began_at"),
    moment("ended_at"),
    Column("bytes", BigInteger, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("video", String(16), nullable=False),
    Column("audio", String(16)),
    Column("whole", Boolean, nullable=False),
    Column("kept", Boolean, nullable=False),
    _preview(),
    moment("stored_at"),
)

clip = Table(
    "clip",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(64), nullable=False),
    Column("because", Enum("motion", "sighting", "rule", "asked", "sent", "motion_program"), nullable=False),
    Column("detail", String(300), nullable=False),
    Column("sighting_id", String(36)),
    moment("from_at"),
    moment("to_at"),
    Column("state", Enum("open", "waiting", "cutting", "ready", "failed"), nullable=False),
    Column("claimed_by", String(64)),
    moment("claim_expires_at", nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("error", String(500)),
    Column("path", String(400)),
    moment("began_at", nullable=True),
    moment("ended_at", nullable=True),
    Column("bytes", BigInteger),
    Column("kept", Boolean, nullable=False),
    _preview(),
    moment("ready_at", nullable=True),
    moment("created_at"),
)

share = Table(
    "share",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", Enum("clip", "segment", "image"), nullable=False),
    Column("thing_id", String(36), nullable=False),
    Column("user_id", String(36), nullable=False),
    moment("created_at"),
    moment("expires_at"),
    Column("opened", Integer, nullable=False),
    moment("opened_at", nullable=True),
)

removal = Table(
    "removal",
    metadata,
    Column("thing_id", String(36), primary_key=True),
    Column("kind", Enum("segment", "clip", "upload"), nullable=False),
    Column("user_id", String(36), nullable=False),
    moment("asked_at"),
)
