"""What belongs together becomes one line: motion and devices that go on, sightings that follow, a sensor's readings.

Pure functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flaskapp import words
from flaskapp.zone import Zone

PAUSE = timedelta(minutes=5)
"""Motion, or sightings of one label, with less in between go on."""
FAMILIES = {
    "sighting": ("sighting",),
    "motion": ("motion",),
    "silence": (
        "camera_silent",
        "camera_back",
        "camera_unreachable",
        "camera_reached",
        "node_silent",
        "node_back",
        "service_silent",
        "service_back",
        "stream_lost",
        "stream_back",
    ),
    "restart": ("restart",),
    "plate": ("plate", "plate_unknown"),
    "device": (
        "device_active",
        "device_quiet",
        "device_escalated",
        "device_resolved",
        "device_new",
        "device_stale",
        "device_back",
        "device_flooding",
        "output_on",
        "output_off",
        "command_expired",
        "panic",
    ),
    "reading": ("temperature", "humidity", "light"),
}
"""What the page's chips choose, as the kinds of events behind them."""
_REPORTS = ("device_active", "device_quiet")
TRIGGERS = (*_REPORTS, "device_escalated", "panic", "motion", *FAMILIES["plate"])
"""Kinds of events that rules are asked about, wherever they come from."""
_LOUD = (
    "camera_silent",
    "camera_unreachable",
    "node_silent",
    "service_silent",
    "stream_lost",
    "recording_paused",
    "device_stale",
    "device_flooding",
    "device_escalated",
    "command_expired",
    "panic",
    "disk_low",
)
_OF_KIND = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
_TITLES = {
    "motion": "Motion",
    "restart": "Restarted",
    "plate": "Plate",
    "plate_unknown": "Plate",
    "camera_silent": "Went dark",
    "camera_back": "Is back",
    "camera_unreachable": "Cannot be reached",
    "camera_reached": "Can be reached again",
    "node_silent": "Went silent",
    "node_back": "Is back",
    "service_silent": "Stopped answering",
    "service_back": "Answers again",
    "stream_lost": "Stream lost",
    "stream_back": "Stream is back",
    "recording_paused": "Recording pauses",
    "recording_resumed": "Recording goes on",
    "device_new": "New device",
    "device_stale": "Fell silent",
    "device_back": "Is back",
    "device_flooding": "Sends too much",
    "device_escalated": "Has not stopped",
    "device_resolved": "Is over",
    "output_on": "Switched on",
    "output_off": "Switched off",
    "command_expired": "Could not be switched",
    "panic": "Panic",
    "disk_low": "Disk almost full",
    "disk_back": "Room on the disk again",
    "temperature": "Temperature",
    "humidity": "Humidity",
    "light": "Light",
}
_UNITS = {"C": "°C", "F": "°F", "%": "%"}


@dataclass(frozen=True)
class Arrival:
    """A sighting among the events: something came then (aware UTC). `row` is all that is known of it."""

    id: str
    camera_id: str
    label: str
    happened_at: datetime
    row: Any
    kind: str = "sighting"
    node_id: None = None
    device_id: None = None
    sensor: None = None


@dataclass(eq=False)
class Group:
    """One line of the page: the events in it, newest first, all of one kind and place."""

    events: list[Any] = field(default_factory=list)

    @property
    def newest(self) -> Any:
        """The last that happened."""
        return self.events[0]

    @property
    def start(self) -> datetime:
        """When the first of them happened."""
        return self._moment(-1)

    @property
    def end(self) -> datetime:
        """When the last of them happened."""
        return self._moment(0)

    @property
    def span(self) -> bool:
        """Whether it went on for so long that both ends are worth saying."""
        return self.end - self.start >= timedelta(minutes=1)

    def _moment(self, index: int) -> datetime:
        moment: datetime = self.events[index].happened_at
        return moment

    @property
    def family(self) -> str:
        """motion, silence, restart, plate, device, reading or other: its shape on the page."""
        return family(self.newest.kind)

    @property
    def loud(self) -> bool:
        """Whether it needs a look."""
        return self.newest.kind in _LOUD

    @property
    def title(self) -> str:
        """What happened, in a word or two."""
        if self.family == "sighting":
            return _came(self)
        if self.newest.kind in _REPORTS:
            return str(self.newest.detail[:1].upper() + self.newest.detail[1:])
        return _TITLES.get(self.newest.kind) or self.newest.kind.replace("_", " ").capitalize()

    @property
    def detail(self) -> str:
        """What is to say beside the title."""
        if self.family == "motion":
            return _motion(self)
        if self.newest.kind in _REPORTS:
            return _reports(self)
        if self.family == "sighting":
            return ""
        if self.newest.value is not None:
            return _readings(self)
        return str(self.newest.detail)


def family(kind: str) -> str:
    """Which chip an event's kind belongs to."""
    return _OF_KIND.get(kind, "other")


def grouped(events: Iterable[Any], zone: Zone) -> list[Group]:
    """The lines of a page from its events, newest first; each line stands where its newest event stood."""
    groups: list[Group] = []
    open_groups: dict[tuple[Any, ...], Group] = {}
    for event in events:
        key = _key(event, zone.day_of(event.happened_at))
        group = open_groups.get(key)
        if group is None or not _goes_on(group, event):
            group = open_groups[key] = Group()
            groups.append(group)
        group.events.append(event)
    return groups


def _key(event: Any, day: date) -> tuple[Any, ...]:
    place = (event.kind, day, event.camera_id, event.node_id)
    if event.kind in FAMILIES["motion"]:
        return place
    if event.kind in FAMILIES["sighting"]:
        return (*place, event.label)
    if event.kind in _REPORTS:
        return (_REPORTS, day, event.device_id)
    if event.kind not in FAMILIES["reading"]:
        return (event.id,)
    # A number may change and is still the same reading; a word (lighted, dark) that changes is news.
    return (*place, event.sensor, event.unit, event.detail if event.value is None else None)


def _goes_on(group: Group, event: Any) -> bool:
    return group.family not in ("motion", "sighting", "device") or bool(group.start - event.happened_at <= PAUSE)


def _came(group: Group) -> str:
    """`Person`, or `3 people` for several that came one after the other."""
    label, count = group.newest.label, len(group.events)
    return words.many(count, label) if count > 1 else label[:1].upper() + label[1:]


def _motion(group: Group) -> str:
    times = sum(1 for event in group.events if event.detail != "still") or 1
    parts = [words.lasting((group.end - group.start).total_seconds())] if group.end > group.start else []
    parts += [f"{times} times"] if times > 1 else []
    return ", ".join(parts)


def _reports(group: Group) -> str:
    """How often a device became active, and the number that it told last."""
    times = sum(1 for event in group.events if event.kind == "device_active")
    parts = [f"{group.newest.value:g}"] if group.newest.value is not None else []
    return ", ".join(parts + ([f"{times} times"] if times > 1 else []))


def _readings(group: Group) -> str:
    unit = _UNITS.get(group.newest.unit, group.newest.unit or "")
    values = [event.value for event in group.events if event.value is not None]
    now = f"{values[0]:g} {unit}".strip()
    if len(values) == 1 or min(values) == max(values):
        return now
    return f"{now}, between {min(values):g} and {max(values):g} in {len(values)} readings"
