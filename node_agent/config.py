"""The agent's settings file: what it may say.

The words are stock imagenode's wherever it has one. Every setting here works; a key that is not here is an error.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from node_agent.messages import camera_name
from node_agent.roi import Roi

_SPOOL_LIMIT = ByteSize(500_000_000)


class Section(BaseModel):
    """A part of the settings file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _name(value: str) -> str:
    if "|" in value or not value.isprintable():
        raise ValueError("must not contain `|` or control characters: they separate the fields of a message")
    return value.strip()


def _from_folder_of_file(value: Path, info: ValidationInfo) -> Path:
    folder: Path = (info.context or {}).get("folder", Path())
    return folder / value.expanduser()


def _pair(value: object) -> object:
    """`(640, 480)`, which YAML takes for text, as a list of numbers."""
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", value)] if isinstance(value, str) else value


def _roi(value: object) -> object:
    if isinstance(value, Roi):
        return value
    numbers = _flat(_pair(value))
    if len(numbers) != 4:
        raise ValueError("must be two corners in percent, such as (0,0),(100,100)")
    left, top, right, bottom = numbers
    if not (0 <= left < right <= 100 and 0 <= top < bottom <= 100):
        raise ValueError("must be the top left corner, then the bottom right one, each from 0 to 100 percent")
    return Roi(left, top, right, bottom)


def _flat(value: object) -> list[float]:
    if isinstance(value, list | tuple):
        return [number for part in value for number in _flat(part)]
    return [value] if isinstance(value, int | float) else []


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("must be an odd number, such as 15")
    return value


Name = Annotated[str, AfterValidator(_name)]
FilePath = Annotated[Path, AfterValidator(_from_folder_of_file)]
Resolution = Annotated[
    tuple[Annotated[int, Field(ge=16, le=16384)], Annotated[int, Field(ge=16, le=16384)]], BeforeValidator(_pair)
]
FrameRate = Annotated[float, Field(gt=0, le=240)]
Percent = Annotated[float, Field(gt=0, le=100)]
Frames = Annotated[int, Field(ge=1, le=1000)]


class NodeSection(Section):
    """`node`: who this is."""

    name: Annotated[Name, Field(min_length=1, max_length=64)]
    heartbeat_seconds: Annotated[float, Field(ge=0)] = 30
    queuemax: Annotated[int, Field(ge=1)] = 50


class HubAddress(Section):
    """`hub_address`: where the hub listens."""

    H1: Annotated[str, Field(pattern=r"^tcp://(\[[0-9a-fA-F:]+\]|[^\s:/]+):[0-9]{1,5}$")]


class CurveSection(Section):
    """`curve`: keys for encryption; with it, the agent talks to no other hub than the one with this key."""

    hub_public_key: Annotated[str, Field(min_length=40, max_length=40)]
    key_file: FilePath


class SpoolSection(Section):
    """`spool`: what waits on disk while the hub is away."""

    folder: FilePath = Field(default=Path("spool"), validate_default=True)
    max_bytes: Annotated[ByteSize, Field(ge=100_000)] = _SPOOL_LIMIT


class DeviceSourceSettings(Section):
    """A USB or other V4L2 camera."""

    type: Literal["device"]
    device: int | Path = 0


class FileSourceSettings(Section):
    """A video file, played at its own rate or at the camera's `framerate`."""

    type: Literal["file"]
    path: FilePath
    loop: bool = False


class FolderSourceSettings(Section):
    """A folder of pictures, in the order of their names, at the camera's `framerate` (1 per second if none is set)."""

    type: Literal["folder"]
    path: FilePath
    loop: bool = False
    watch: bool = False

    @model_validator(mode="after")
    def _one_way_to_go_on(self) -> Self:
        if self.loop and self.watch:
            raise ValueError("`loop` and `watch` exclude each other: choose one")
        return self


class UrlSourceSettings(Section):
    """A stream (RTSP or HTTP), or a still picture fetched again and again."""

    type: Literal["url"]
    url: Annotated[str, Field(pattern=r"^(rtsp|rtsps|http|https)://[^\s/]+")]
    still: bool = False


SourceSettings = Annotated[
    DeviceSourceSettings | FileSourceSettings | FolderSourceSettings | UrlSourceSettings, Field(discriminator="type")
]


class DetectorSection(Section):
    """What every detector has."""

    ROI: Annotated[Roi, BeforeValidator(_roi)] = Roi()
    roi_name: Name = ""
    log_roi_name: bool = False
    send_frames: Literal["continuous", "detected event", "none"] = "continuous"
    send_count: Annotated[int, Field(ge=1, le=100)] = 5

    @model_validator(mode="after")
    def _a_name_to_log(self) -> Self:
        if self.log_roi_name and not self.roi_name:
            raise ValueError("`log_roi_name` needs a name: add `roi_name:`")
        return self

    def shows(self, state: str) -> bool:
        """True if a change to `state` is worth pictures."""
        return True

    @property
    def logged_roi(self) -> str | None:
        """The region's name if events carry it."""
        return self.roi_name if self.log_roi_name else None


class MotionSettings(DetectorSection):
    """`motion`: thresholds in grey levels (0 to 255), areas in percent of the region."""

    type: Literal["motion"] = "motion"
    delta_threshold: Annotated[int, Field(ge=1, le=254)] = 5
    min_area: Percent = 3
    min_motion_frames: Frames = 3
    min_still_frames: Frames = 3
    blur_kernel_size: Annotated[int, Field(ge=1, le=99), AfterValidator(_odd)] = 15
    light_change_percent: Percent = 60
    print_still_frames: bool = False

    def shows(self, state: str) -> bool:
        """Nothing is to be seen when the motion is over, unless `print_still_frames` asks for it."""
        return state == "moving" or self.print_still_frames


class LightSettings(DetectorSection):
    """`light`: threshold in grey levels (0 to 255)."""

    type: Literal["light"] = "light"
    threshold: Annotated[float, Field(ge=0, le=255)] = 100
    min_frames: Frames = 5


DetectorSettings = Annotated[MotionSettings | LightSettings, Field(discriminator="type")]


def _detector_list(value: object) -> object:
    """Stock's two spellings, a mapping or a list of one-key mappings, as a list of `{type: ..., settings}`."""
    if isinstance(value, dict):
        return [_typed(kind, settings) for kind, settings in value.items()]
    if isinstance(value, list):
        return [_typed(*next(iter(one.items()))) if _is_single(one) else one for one in value]
    return value


def _is_single(value: object) -> bool:
    return isinstance(value, dict) and len(value) == 1 and "type" not in value


def _typed(kind: object, settings: object) -> object:
    return {"type": kind, **settings} if isinstance(settings, dict) else {"type": kind}


class CameraSection(Section):
    """One camera: where its pictures come from, and which of them the hub gets."""

    viewname: Annotated[Name, Field(max_length=64)] = ""
    source: SourceSettings
    resolution: Resolution | None = None
    framerate: FrameRate | None = None
    jpeg_quality: Annotated[int, Field(ge=1, le=100)] = 90
    send_every_seconds: Annotated[float, Field(ge=0)] = 0
    detectors: Annotated[list[DetectorSettings], BeforeValidator(_detector_list)] = []

    @property
    def sends_continuously(self) -> bool:
        """True if pictures go out without an event; so does a camera without any detector."""
        return not self.detectors or any(d.send_frames == "continuous" for d in self.detectors)


def _device_id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,64}", value):
        raise ValueError("is no id: use a to z, 0 to 9, _ and -, such as anna-phone")
    return value


class MqttSection(Section):
    """`mqtt`: the broker of the house, for what a node says as a device."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 1883
    user: str = "device"
    password_file: FilePath | None = None
    base_topic: Annotated[str, Field(min_length=1)] = "hearthwatch"


class PhoneSection(Section):
    """A phone, or whatever else somebody carries that has Bluetooth."""

    called: Annotated[Name, Field(min_length=1, max_length=120)]
    address: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$")]


class PresenceSection(Section):
    """`presence`: whose phones answer by Bluetooth; the keys of `phones` are the ids of devices."""

    phones: Annotated[dict[Annotated[str, AfterValidator(_device_id)], PhoneSection], Field(min_length=1)]
    every_seconds: Annotated[float, Field(ge=5)] = 30
    away_after_seconds: Annotated[float, Field(ge=10)] = 180
    command: Annotated[str, Field(min_length=1)] = "l2ping"
    memory: FilePath = Field(default=Path("presence.json"), validate_default=True)


class AgentSettings(Section):
    """The whole file."""

    node: NodeSection
    hub_address: HubAddress
    cameras: Annotated[dict[str, CameraSection], Field(min_length=1)]
    spool: SpoolSection = Field(default_factory=dict, validate_default=True)
    curve: CurveSection | None = None
    mqtt: MqttSection | None = None
    presence: PresenceSection | None = None

    @model_validator(mode="after")
    def _somebody_to_tell(self) -> Self:
        if self.presence is not None and self.mqtt is None:
            raise ValueError("`presence` needs the broker: add `mqtt: {host: 192.168.1.10}`")
        return self

    @model_validator(mode="after")
    def _each_camera_its_own_name(self) -> Self:
        names = [camera_name(self.node.name, camera.viewname) for camera in self.cameras.values()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two cameras are called {twice[0]!r}: give each its own `viewname`")
        return self


def check(content: Any, folder: Path) -> AgentSettings:
    """Validate a parsed settings file; relative paths in it start at `folder`.

    Raises pydantic's ValidationError.
    """
    return AgentSettings.model_validate(content, context={"folder": folder})
