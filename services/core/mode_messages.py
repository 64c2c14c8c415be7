"""The messages of modes and schedules: what the house is set to, and when. See `messages.py` for the envelope."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from services.core.messages import Message, Moment, Part, Reason, Slug, Uuid

ModeName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
ScheduleName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
SetBy = Annotated[str, StringConstraints(min_length=1, max_length=120)]
EDGE = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|(sunrise|sunset)([+-]([01][0-9]|2[0-3]):[0-5][0-9])?)$"
DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Edge = Annotated[str, StringConstraints(pattern=EDGE)]
Day = Annotated[str, StringConstraints(pattern=DAY)]
DelaySeconds = Annotated[int, Field(ge=0, le=300)]
Weekday = Annotated[int, Field(ge=1, le=7)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class ModeSet(Message):
    """Somebody wants the house in another mode; scribe writes it down under this message's id and tells `mode/state`.

    `until`: the mode before comes back then; null means that it stays. `schedule_id`: the schedule that wants it.
    """

    topic = "mode/set"
    mode_id: Slug
    by: SetBy
    reason: Reason
    until: Moment | None
    schedule_id: Uuid | None = None


class ModeState(Message):
    """What the house is set to. `since`, `by` and `reason` are null while nobody has ever set it.

    `schedule_id`: the schedule that set it. While it is `arming` what the mode arms is not armed yet: until
    `arming_until`, which stays there afterwards; null: it had no exit delay. `entry_s`: so many seconds alerts of a
    way in wait for somebody to disarm. Until `pending_until` they do so; `pending_because` says what triggered.
    """

    topic = "mode/state"
    retained = True
    mode_id: Slug
    name: ModeName
    since: Moment | None
    by: SetBy | None
    reason: Reason | None
    until: Moment | None
    schedule_id: Uuid | None = None
    arming: bool = False
    arming_until: Moment | None = None
    entry_s: DelaySeconds = 0
    pending_until: Moment | None = None
    pending_because: Reason | None = None


class DayWindow(Part):
    """From when to when: `22:00`, `sunset`, `sunset-00:30`, `sunrise+01:00`; not later than `from` is the next day."""

    model_config = ConfigDict(serialize_by_alias=True)

    begins: Edge = Field(alias="from")
    ends: Edge = Field(alias="to")


class WeekWindow(Part):
    """As a window of a day, on some days of the week, 1 (Monday) to 7: those on which it begins."""

    model_config = ConfigDict(serialize_by_alias=True)

    days: Annotated[list[Weekday], Field(min_length=1)]
    begins: Edge = Field(alias="from")
    ends: Edge = Field(alias="to")


class ScheduleException(Part):
    """A date on which these windows begin instead of the week's; none at all when the list is empty."""

    date: Day
    windows: list[DayWindow]


class ScheduleConfig(Part):
    """What flows may know of a schedule. A null `mode_id` sets no mode; a null `mode_after_id` means `disarmed`.

    `exit_delay`: what it sets begins with the exit delay of the mode.
    """

    id: Uuid
    name: ScheduleName
    enabled: bool
    windows: list[WeekWindow]
    exceptions: list[ScheduleException]
    mode_id: Slug | None
    mode_after_id: Slug | None
    exit_delay: bool = False


class ConfigSchedules(Message):
    """All schedules as flows see them, and where the house is. A null `zone` is that of the machine."""

    topic = "config/schedules"
    retained = True
    version: int
    zone: str | None
    latitude: Latitude | None
    longitude: Longitude | None
    schedules: list[ScheduleConfig]


class ScheduleState(Message):
    """Whether a schedule is active. Active: from `since` to before `until`; else it ended at `since` and begins again
    at `until`. Null: not within two weeks.
    """

    topic = "schedule/{schedule_id}/state"
    retained = True
    schedule_id: Uuid
    name: ScheduleName
    active: bool
    since: Moment | None
    until: Moment | None


MODE_MESSAGES: tuple[type[Message], ...] = (ModeSet, ModeState, ConfigSchedules, ScheduleState)
