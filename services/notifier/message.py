"""The words of an alert. Rendered when it is decided and kept; its age is added when it is sent. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from services.core.alert_messages import Wanted
from services.notifier.words import lasting, listed, one_line

SUBJECT_MAX = 200
WHY = "Why you are told:"
BEFORE = "What triggered in the last 5 minutes:"


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
    before: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """What there is to tell of an event: in words, of what (a camera, device or node), when (aware), why, see where."""

    text: str
    place: str | None
    happened_at: datetime
    reasons: Sequence[str]
    link: str
    before: Sequence[str] = ()


def render(story: Story, zone: tzinfo | None = None) -> Words:
    """`Person at Front Door (22:14)` and a body that also says why, and where the picture is.

    `before` (also of a report) are lines about what triggered just before it.
    """
    what = _capital(listed([one.label for one in story.labels]))
    sure = _capital(listed([f"{one.label} ({one.score:.0%})" for one in story.labels]))
    where = one_line(story.camera)
    at = story.captured_at.astimezone(zone)
    first = f"{sure} at {where}, {_day(at)}."
    return Words(_headed(f"{what} at {where}", at), _body(first, story, "The picture with all that is known of it:"))


def render_event(report: Report, zone: tzinfo | None = None) -> Words:
    """`Front Door: nothing heard for 5 minutes (22:14)` and a body that also says why."""
    text = one_line(report.text)
    what = _capital(f"{one_line(report.place)}: {text}" if report.place and report.place not in text else text)
    at = report.happened_at.astimezone(zone)
    said = what.rstrip(".")
    return Words(_headed(said, at), _body(f"{said}, {_day(at)}.", report, "All alerts:"))


def _body(first: str, told: Story | Report, see: str) -> str:
    parts = [first, f"{WHY}\n{_points(told.reasons)}"]
    if told.before:
        parts.append(f"{BEFORE}\n{_points(told.before)}")
    return "\n\n".join([*parts, f"{see}\n{told.link}\n"])


def _points(lines: Sequence[str]) -> str:
    return "\n".join(f"- {one_line(line)}" for line in lines)


def _day(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}".strip()


def _headed(what: str, local: datetime) -> str:
    return _shortened(what, f" ({local:%H:%M})")


def aged(body: str, age: timedelta, what: str = "The picture") -> str:
    """The body with a second line that says how old it is when the message goes out; `what`: also `This news`."""
    first, rest = body.split("\n", 1)
    return f"{first}\n{what} was {lasting(age.total_seconds())} old when this message was sent.\n{rest}"


def personal(body: str, reasons: Sequence[str]) -> str:
    """The body with a person's own reasons behind those for which anybody is told."""
    head, why, rest = body.partition(f"\n\n{WHY}\n")
    if not why:
        return body
    general, gap, rest = rest.partition("\n\n")
    own = _points([one for one in reasons if f"- {one_line(one)}" not in general.splitlines()])
    return f"{head}{why}{general}" + (f"\n{own}" if own else "") + gap + rest


def with_mute(body: str, name: str, mute_link: str) -> str:
    """The body with a way to get no more of it for a while."""
    return f"{body}\nNo alerts for {one_line(name)} for a while:\n{mute_link}\n"


def link(gallery_url: str, image_id: str | None) -> str:
    """Where the gallery shows the picture, or all alerts."""
    return f"{gallery_url.rstrip('/')}/{f'picture/{image_id}' if image_id else 'alerts'}"


def file_name(camera_id: str, captured_at: datetime, zone: tzinfo | None = None) -> str:
    """`front-door-2026-11-20T22.14.05.jpg`."""
    return f"{camera_id}-{captured_at.astimezone(zone):%Y-%m-%dT%H.%M.%S}.jpg"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shortened(text: str, end: str) -> str:
    room = SUBJECT_MAX - len(end)
    return one_line((text if len(text) <= room else f"{text[: room - 1]}…") + end)
