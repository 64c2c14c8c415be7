"""The messages of people: who wants to be told of what. See `messages.py` for the envelope."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.core.messages import Label, Message, Moment, Part, Slug, Uuid, ZoneName
from services.core.mode_messages import WeekWindow

PersonName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
BreaksThrough = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class PersonConfig(Part):
    """What flows may know of a person. Never an address or a chat id.

    `cameras`, `labels`, `zones`, `modes`: what they want to know of, and when; null is all. `happenings`: the kinds of
    events they want to know of. `quiet`: their quiet hours; `breaks_through` (labels, kinds of events, `plate_deny`) is
    told all the same. `reachable`: they have a channel that is switched on.
    """

    id: Uuid
    name: PersonName
    enabled: bool
    cameras: list[Slug] | None
    labels: list[Label] | None
    zones: list[ZoneName] | None
    modes: list[Slug] | None
    happenings: list[Slug]
    quiet: list[WeekWindow]
    breaks_through: list[BreaksThrough]
    per_hour: Annotated[int, Field(gt=0)] | None
    muted_until: Moment | None
    reachable: bool


class ConfigPeople(Message):
    """All people as flows see them."""

    topic = "config/people"
    retained = True
    version: int
    people: list[PersonConfig]


PERSON_MESSAGES: tuple[type[Message], ...] = (ConfigPeople,)
