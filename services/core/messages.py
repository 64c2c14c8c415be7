"""Every MQTT message, typed. `contracts/` holds the same as JSON Schema, made from here and drift-checked.

A payload is one flat JSON object: the envelope (`v`, `id`, `at`, `src`), then the message's own fields.
Unknown fields are refused, so that a typo in a flow is seen at once.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from services.core.clock import Clock, to_rfc3339
from services.core.ids import new_id

YEARS = range(1970, 9999)


def _can_be_true(moment: datetime) -> datetime:
    """Years that survive a change of zone and fit a row."""
    if moment.year not in YEARS or moment.astimezone(UTC).year not in YEARS:
        raise ValueError(f"the year must be from {YEARS[0]} to {YEARS[-1]}")
    return moment


Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,64}$")]
Moment = Annotated[
    AwareDatetime,
    AfterValidator(_can_be_true),
    PlainSerializer(to_rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
Share = Annotated[float, Field(ge=0, le=1)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64)]
ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Plan = Literal["detect", "keep"]
PlateText = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,16}$")]
PlateOwner = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Standing = Literal["unknown", "known", "allow", "deny"]
OfGroup = Literal["first", "last"]


class Part(BaseModel):
    """A piece of a message."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Message(Part):
    """The envelope. `topic` is below the base topic; `{…}` in it is filled from the message's fields."""

    topic: ClassVar[str]
    retained: ClassVar[bool] = False

    v: Literal[1] = 1
    id: Uuid
    at: Moment
    src: Annotated[str, StringConstraints(min_length=1, max_length=64)]

    @classmethod
    def make(cls, clock: Clock, src: str, **fields: Any) -> Self:
        """A message with a fresh id and the clock's time. Raises pydantic's `ValidationError`."""
        return cls(id=new_id(), at=clock.now(), src=src, **fields)

    def address(self) -> str:
        """The topic of this very message, below the base topic."""
        topic = type(self).topic
        return topic.format(**dict(self)) if "{" in topic else topic


class Seen(Part):
    """One detection that was kept. The box is x1, y1, x2, y2 as shares (0–1) of the whole picture.

    `arrival` is true in the one picture that settled that its sighting has arrived. `place` says the how-manyth
    picture of its sighting this is, from 1; 0 without a sighting. `zones` are the names of those that it is in.
    """

    label: Label
    score: Share
    box: tuple[Share, Share, Share, Share]
    sighting_id: Uuid | None
    arrival: bool
    place: Annotated[int, Field(ge=0)]
    zones: list[ZoneName]


class PlateSeen(Part):
    """One plate as it was read in one picture. The box is x1, y1, x2, y2 as shares (0–1) of the whole picture.

    `plate_id` is the plate that it was taken for, with this one's standing and owner.
    """

    text: PlateText
    score: Share
    box: tuple[Share, Share, Share, Share]
    region: str | None
    sighting_id: Uuid | None
    plate_id: Uuid | None
    standing: Standing | None
    owner: PlateOwner | None


class PlateSettled(Part):
    """A vehicle whose readings have just come to mean a plate, or now another one. `score` is that of all together."""

    sighting_id: Uuid
    plate_id: Uuid
    text: PlateText
    score: Share
    standing: Standing
    owner: PlateOwner | None


class ImageNew(Message):
    """A picture has been stored and has its row: what is to be done with it?"""

    topic = "image/new"
    image_id: Uuid
    camera_id: Slug
    captured_at: Moment
    received_at: Moment


class WorkDetect(Message):
    """Node-RED wants this picture looked at."""

    topic = "work/detect"
    image_id: Uuid
    camera_id: Slug
    reasons: list[Reason]


class WorkKeep(Message):
    """Node-RED wants this picture kept as it is, without a look."""

    topic = "work/keep"
    image_id: Uuid
    camera_id: Slug
    reasons: list[Reason]


class ImageDetected(Message):
    """A picture has been looked at, also when nothing is in it. `detections` holds those that were kept.

    `fell_back_because` says why the local model stood in for the remote one; null when it did not.
    """

    topic = "image/detected"
    image_id: Uuid
    camera_id: Slug
    captured_at: Moment
    received_at: Moment
    outcome: Literal["detected", "failed"]
    detections: list[Seen]
    model: str | None
    model_version: str | None
    took_ms: float | None
    fell_back_because: Reason | None
    error: str | None


class WorkPlates(Message):
    """Node-RED wants the plates of the vehicles in this picture read."""

    topic = "work/plates"
    image_id: Uuid
    camera_id: Slug
    reasons: list[Reason]


class ImagePlates(Message):
    """The vehicles of a picture have been looked at for plates, also when none can be read.

    `settled` are the vehicles that this very picture settled. `fell_back_because` says why the local reader stood in
    for the service; null when it did not.
    """

    topic = "image/plates"
    image_id: Uuid
    camera_id: Slug
    captured_at: Moment
    received_at: Moment
    outcome: Literal["read", "failed"]
    reader: str | None
    reads: list[PlateSeen]
    settled: list[PlateSettled]
    took_ms: float | None
    fell_back_because: Reason | None
    error: str | None


class SightingArrived(Message):
    """A thing has arrived at a camera: `image_id` is the picture that settled it, `arrived_at` its capture."""

    topic = "sighting/arrived"
    sighting_id: Uuid
    camera_id: Slug
    label: Label
    image_id: Uuid
    arrived_at: Moment
    zones: list[ZoneName]


class SightingDeparted(Message):
    """A thing that had arrived has gone: `image_id` is the last picture that shows it, `departed_at` its capture."""

    topic = "sighting/departed"
    sighting_id: Uuid
    camera_id: Slug
    label: Label
    image_id: Uuid
    arrived_at: Moment
    departed_at: Moment


class EventNew(Message):
    """Something happened and has its row: motion, light, restart, silence, a reading …

    `people` are those whom a rule wants told; null: whoever wants to know. Of a device in a group, `of_group` says that
    it is the `first` of it to become active, or the `last` to become quiet. Of a plate that the readings of a vehicle
    came to mean: the vehicle's `sighting_id`, the `plate_id`, and what that was to its owner then.
    """

    topic = "event/new"
    event_id: Uuid
    kind: Slug
    camera_id: Slug | None
    node_id: Slug | None
    device_id: Slug | None
    detail: str
    value: float | None
    unit: str | None
    people: list[Uuid] | None
    of_group: OfGroup | None
    sighting_id: Uuid | None
    plate_id: Uuid | None
    standing: Standing | None
    happened_at: Moment


class EventReport(Message):
    """Node-RED noticed something; scribe stores it under this message's id and tells it as `event/new`."""

    topic = "event/report"
    kind: Slug
    camera_id: Slug | None
    node_id: Slug | None
    detail: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    happened_at: Moment


class CameraConfig(Part):
    """What flows may know of a camera. Never an address, token or password.

    A thing arrives when it was seen in `seen_in` pictures of late. It alerts in `alert_modes` (null: in every mode),
    and only while the schedule is active (null: at any time). `entry`: it sees a way in. `can_snapshot`: a picture can
    be pulled from it; flows do that every `snapshot_every_s` seconds (null: only when a rule or somebody asks).
    """

    id: Slug
    name: str
    plan: Plan
    labels: list[Label] | None
    seen_in: Annotated[int, Field(ge=1)]
    alert_labels: list[Label]
    departure_labels: list[Label]
    alert_modes: list[Slug] | None
    schedule_id: Uuid | None
    zones: list[ZoneName]
    entry: bool = False
    can_snapshot: bool = False
    snapshot_every_s: Annotated[int, Field(ge=1)] | None = None


class ConfigCameras(Message):
    """All cameras as flows see them."""

    topic = "config/cameras"
    retained = True
    version: int
    cameras: list[CameraConfig]


class ConfigChanged(Message):
    """The gallery changed something in the database; scribe publishes it anew."""

    topic = "config/changed"
    noun: Literal["access", "cameras", "commands", "devices", "ftp", "groups", "links", "modes", "people", "schedules"]


class ServiceStatus(Message):
    """A service's state; `offline` is also its last will. `figures` are numbers such as queue depths."""

    topic = "svc/{service}/{instance}/status"
    retained = True
    service: Slug
    instance: Slug
    state: Literal["online", "offline"]
    version: str
    figures: dict[str, float]


class ChoreNightly(Message):
    """The nightly tick of the *Chores* tab."""

    topic = "chore/nightly"


MESSAGES: tuple[type[Message], ...] = (
    ImageNew,
    WorkDetect,
    WorkKeep,
    ImageDetected,
    WorkPlates,
    ImagePlates,
    SightingArrived,
    SightingDeparted,
    EventNew,
    EventReport,
    ConfigCameras,
    ConfigChanged,
    ServiceStatus,
    ChoreNightly,
)


def schema_name(kind: type[Message]) -> str:
    """`image/new` → `image-new`; a placeholder in the topic is left out."""
    return "-".join(part for part in kind.topic.split("/") if not part.startswith("{"))


def schema(kind: type[Message]) -> Mapping[str, Any]:
    """The JSON Schema of a message, as `contracts/` holds it."""
    made = kind.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schema_name(kind), **made}
