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
    Text,
)

from services.store.engine import UtcMoment

metadata = MetaData()


def moment(name: str, nullable: bool = False) -> Column[object]:
    """A column of aware UTC times."""
    return Column(name, UtcMoment(), nullable=nullable)


def _box() -> list[Column[float]]:
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
    *_box(),
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
    *_box(),
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
    *_box(),
    Column("region", String(16)),
    Column("candidates", JSON, nullable=False),
    Column("plate_id", String(36)),
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

decision = Table(
    "decision",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("image_id", String(36)),
    Column("event_id", String(36)),
    Column("camera_id", String(64)),
    Column("rule", String(64), nullable=False),
    Column("outcome", Enum("telling", "told", "not_told", "no_channel", "failed"), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("subject", String(255)),
    Column("body", Text),
    moment("asked_at"),
    moment("decided_at"),
    moment("told_at", nullable=True),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("decision_id", String(36), nullable=False),
    Column("telling_id", String(36)),
    Column("channel", String(64), nullable=False),
    Column("channel_id", String(36)),
    Column("state", Enum("pending", "sending", "sent", "failed", "dropped"), nullable=False),
    moment("next_try_at"),
    Column("claimed_by", String(64)),
    moment("claim_expires_at", nullable=True),
    Column("tries", Integer, nullable=False),
    moment("sent_at", nullable=True),
    moment("created_at"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("delivery_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    moment("started_at"),
    moment("ended_at"),
    Column("outcome", Enum("accepted", "passing", "permanent"), nullable=False),
    Column("error", String(500)),
)

cooldown = Table(
    "cooldown",
    metadata,
    Column("camera_id", String(64), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("decision_id", String(36)),
    moment("told_at", nullable=True),
)

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

device_group = Table(
    "device_group",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("schedule_id", String(36)),
)

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
