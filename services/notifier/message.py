"""The words of an alert. Rendered when it is decided and kept; its age is added when it is sent. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from services.core.messages import Wanted
from services.notifier.words import lasting, listed, one_line

SUBJECT_MAX = 200


@dataclass(frozen=True)
class Words:
    """Subject (one line, at most 200 characters) and body (plain text) of a message."""

    subject: str
    body: str


@dataclass(frozen=True)
class Story:
    """What there is to tell: labels with scores, where, when (aware), why, and where to see more."""

    labels: Sequence[Wanted]
    camera: str
    captured_at: datetime
    reasons: Sequence[str]
    link: str


def render(story: Story, zone: tzinfo | None = None) -> Words:
    """`Person at Front Door (22:14)` and a body that also says why, and where the picture is."""
    local = story.captured_at.astimezone(zone)
    what = _capital(listed([one.label for one in story.labels]))
    sure = _capital(listed([f"{one.label} ({one.score:.0%})" for one in story.labels]))
    where = one_line(story.camera)
    when = f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}".strip()
    why = "\n".join(f"- {reason}" for reason in story.reasons)
    body = f"{sure} at {where}, {when}.\n\nWhy you are told:\n{why}\n\nThe picture with all that is known of it:\n"
    return Words(_shortened(f"{what} at {where}", f" ({local:%H:%M})"), f"{body}{story.link}\n")


def aged(body: str, age: timedelta) -> str:
    """The body with a second line that says how old the picture is when the message goes out."""
    first, rest = body.split("\n", 1)
    return f"{first}\nThe picture was {lasting(age.total_seconds())} old when this message was sent.\n{rest}"


def link(gallery_url: str, image_id: str) -> str:
    """Where the gallery shows the picture."""
    return f"{gallery_url.rstrip('/')}/picture/{image_id}"


def file_name(camera_id: str, captured_at: datetime, zone: tzinfo | None = None) -> str:
    """`front-door-2026-11-20T22.14.05.jpg`."""
    return f"{camera_id}-{captured_at.astimezone(zone):%Y-%m-%dT%H.%M.%S}.jpg"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shortened(text: str, end: str) -> str:
    room = SUBJECT_MAX - len(end)
    return one_line((text if len(text) <= room else f"{text[: room - 1]}…") + end)
