"""One day of one camera, read for its page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from flaskapp.recording import strip
from flaskapp.recording.strip import Day, Span
from flaskapp.zone import Zone
from services.store import recording
from services.store.camera import Camera
from services.store.clip import Clip
from services.store.segment import Segment


@dataclass(frozen=True)
class Lane:
    """One line of the strip, with its name."""

    name: str
    words: str
    spans: list[Span]


@dataclass(frozen=True)
class Shown:
    """What the page of a day shows."""

    date: date
    day: Day
    segments: list[Segment]
    clips: list[Clip]
    lanes: list[Lane]
    gaps: list[Span]


def bounds(day: date, zone: Zone) -> Day:
    """A day of the house."""
    return Day(*zone.bounds(day))


def read(connection: Connection, camera: Camera, on: date, now: datetime, zone: Zone, records: bool) -> Shown:
    """All that happened at a camera on a day of the house; `records`: whether it is to be recorded now."""
    day = bounds(on, zone)
    within = (connection, camera.id, day.start, day.end)
    segments, clips = recording.segments(*within), recording.clips(*within)
    since = recording.since(connection, camera.id)
    missing = strip.gaps(segments, day, now, since, records, zone)
    lanes = [
        Lane("recorded", "Recorded", strip.recorded(segments, zone) + missing),
        Lane("clips", "Clips", strip.clips(clips, zone)),
        Lane("motion", "Motion", strip.motion(recording.motion(*within), day, zone)),
        Lane("sightings", "Sightings", strip.sightings(recording.sightings(*within), zone)),
        Lane("dark", "Dark", strip.dark(recording.silence(*within), day, now, camera.silent_since, zone)),
    ]
    return Shown(on, day, segments, clips, lanes, missing)


def beside(day: date, today: date) -> tuple[date, date | None]:
    """The day before, and the day after unless that is still to come."""
    return day - timedelta(days=1), day + timedelta(days=1) if day < today else None
