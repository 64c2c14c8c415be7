"""The tables as SQLAlchemy Core sees them. `sql/` is the truth; `tests/store/test_tables.py` compares."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Enum,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from services.store.engine import UtcMoment

metadata = MetaData()


def moment(name: str, nullable: bool = False) -> Column[object]:
    """A column of aware UTC times."""
    return Column(name, UtcMoment(), nullable=nullable)


def box() -> list[Column[float]]:
    """The columns of a box's edges, as shares (0–1) of the picture."""
    return [Column(edge, Float, nullable=False) for edge in ("x1", "y1", "x2", "y2")]


node = Table(
    "node",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source", String(255), nullable=False),
    Column("name", String(120), nullable=False),
    Column("host", String(255)),
    Column("system", String(64)),
    Column("address", String(64)),
    Column("memory_mb", Integer),
    moment("restarted_at", nullable=True),
    moment("last_seen_at", nullable=True),
    moment("silent_since", nullable=True),
    moment("created_at"),
)

camera = Table(
    "camera",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source", String(255), nullable=False),
    Column("name", String(120), nullable=False),
    Column("node_id", String(64)),
    Column("plan", Enum("detect", "keep"), nullable=False),
    Column("labels", JSON(none_as_null=True)),
    Column("min_score", Float, nullable=False),
    Column("label_scores", JSON, nullable=False),
    Column("night_min_score", Float),
    Column("min_area", Float, nullable=False),
    Column("max_area", Float, nullable=False),
    Column("min_height", Float, nullable=False),
    Column("crops", Enum("whole", "squares", "tiles4", "tiles9"), nullable=False),
    Column("seen_in", Integer, nullable=False),
    Column("seen_of", Integer, nullable=False),
    Column("alert_labels", JSON, nullable=False),
    Column("departure_labels", JSON, nullable=False),
    Column("alert_modes", JSON(none_as_null=True)),
    Column("schedule_id", String(36)),
    Column("entry", Boolean, nullable=False),
    Column("silent_after_s", Integer),
    moment("last_seen_at", nullable=True),
    moment("silent_since", nullable=True),
    moment("created_at"),
)

image = Table(
    "image",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("path", String(400), nullable=False),
    moment("captured_at"),
    moment("received_at"),
    moment("stored_at"),
    Column("width", Integer),
    Column("height", Integer),
    Column("bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", Enum("new", "pending", "detecting", "detected", "failed", "kept"), nullable=False),
    moment("decided_at", nullable=True),
    Column("claimed_by", String(64)),
    moment("claim_expires_at", nullable=True),
    Column("attempts", Integer, nullable=False),
    moment("detected_at", nullable=True),
    Column("model", String(64)),
    Column("model_version", String(64)),
    Column("took_ms", Float),
    Column("fell_back_because", String(300)),
    Column("error", String(500)),
    moment("judged_at", nullable=True),
)

zone = Table(
    "zone",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(64), nullable=False),
    Column("kind", Enum("zone", "mask"), nullable=False),
    Column("name", String(120), nullable=False),
    Column("points", JSON, nullable=False),
    Column("labels", JSON(none_as_null=True)),
    moment("created_at"),
)

detection = Table(
    "detection",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("image_id", String(36), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("camera_id", String(64), nullable=False),
    moment("captured_at"),
    Column("label", String(64), nullable=False),
    Column("score", Float, nullable=False),
    *box(),
    Column("model", String(64), nullable=False),
    Column("model_version", String(64), nullable=False),
    Column("dropped_because", String(64)),
    Column("best", Boolean, nullable=False),
    Column("sighting_id", String(36)),
    Column("arrival", Boolean, nullable=False),
    Column("place", Integer, nullable=False),
    Column("corrected", Boolean, nullable=False),
)

detection_zone = Table(
    "detection_zone",
    metadata,
    Column("zone_id", String(36), primary_key=True),
    Column("captured_at", UtcMoment(), primary_key=True),
    Column("image_id", String(36), primary_key=True),
    Column("ordinal", Integer, nullable=False),
)

sighting = Table(
    "sighting",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(64), nullable=False),
    Column("label", String(64), nullable=False),
    moment("began_at"),
    moment("arrived_at", nullable=True),
    moment("last_seen_at"),
    moment("departed_at", nullable=True),
    moment("expires_at", nullable=True),
    moment("undecided_since", nullable=True),
    Column("images", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("recent", BigInteger, nullable=False),
    Column("still", Boolean, nullable=False),
    *box(),
    Column("looks", LargeBinary(1024)),
    Column("first_image_id", String(36), nullable=False),
    Column("arrival_image_id", String(36)),
    Column("last_image_id", String(36), nullable=False),
    Column("best_image_id", String(36), nullable=False),
    Column("best_score", Float, nullable=False),
    moment("departure_judged_at", nullable=True),
    Column("plate_id", String(36)),
    Column("plate_score", Float),
    Column("plate_image_id", String(36)),
    moment("plate_settled_at", nullable=True),
    moment("plate_judged_at", nullable=True),
)

correction = Table(
    "correction",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("image_id", String(36), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("model", String(64), nullable=False),
    Column("label_before", String(64), nullable=False),
    Column("label_after", String(64)),
    Column("user_id", String(36), nullable=False),
    moment("corrected_at"),
)

budget = Table(
    "budget",
    metadata,
    Column("service", String(64), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("used", Integer, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("camera_id", String(64)),
    Column("node_id", String(64)),
    Column("device_id", String(64)),
    Column("region", String(120)),
    Column("detail", String(500), nullable=False),
    Column("value", Float),
    Column("unit", String(16)),
    Column("sensor", String(120)),
    Column("text", String(1000)),
    Column("people", JSON(none_as_null=True)),
    Column("of_group", Enum("first", "last")),
    Column("sighting_id", String(36)),
    Column("plate_id", String(36)),
    Column("standing", Enum("unknown", "known", "allow", "deny")),
    moment("happened_at"),
    moment("received_at"),
    moment("stored_at"),
    moment("undecided_since", nullable=True),
    moment("unjudged_since", nullable=True),
)

garbage = Table(
    "garbage",
    metadata,
    Column("path", String(400), primary_key=True),
    Column("because", String(120), nullable=False),
    moment("at"),
)

config_version = Table(
    "config_version",
    metadata,
    Column("noun", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
)

service = Table(
    "service",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("instance", String(64), primary_key=True),
    Column("state", Enum("online", "offline"), nullable=False),
    Column("version", String(32), nullable=False),
    moment("since"),
    moment("seen_at"),
)

figure = Table(
    "figure",
    metadata,
    Column("service", String(64), primary_key=True),
    Column("instance", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("at", UtcMoment(), primary_key=True),
    Column("value", Double, nullable=False),
)

expiry = Table(
    "expiry",
    metadata,
    Column("kind", String(32), primary_key=True),
    moment("before_at"),
    Column("gone", BigInteger, nullable=False),
    moment("deleted_at"),
)

lease = Table(
    "lease",
    metadata,
    Column("service", String(64), primary_key=True),
    Column("instance", String(64), nullable=False),
    moment("since"),
    moment("expires_at"),
)
