"""Facts in, sentences out: what needs a look, in a person's words. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flaskapp import words
from flaskapp.camera.reach_words import Standing
from flaskapp.health.board import CALLED, EXPECTED
from flaskapp.health.disk import Disk
from flaskapp.health.keeping import Kept
from flaskapp.health.tabs import Tab
from services.store.backlog import ENOUGH, Waiting
from services.store.camera import Camera

TIGHT_DAYS = 7
SPOOL_BYTES = 1_000_000


class When(Protocol):
    """Puts a moment into words."""

    def __call__(self, moment: datetime) -> str:
        """`08:14`, `yesterday 22:14`."""
        ...


@dataclass(frozen=True)
class Facts:
    """All that the page knows."""

    for_plan: Waiting
    for_detector: Waiting
    for_verdict: Waiting
    for_happening: Waiting
    failed_today: int
    silent: Sequence[Camera]
    cameras: int
    disk: Disk
    broker: bool
    missing: Sequence[str]
    late_replies: float
    refused: float
    spool_bytes: float
    tabs: Sequence[Tab]
    kept: Sequence[Kept]
    unreached: Sequence[tuple[str, Standing]] = ()


@dataclass(frozen=True)
class Finding:
    """Something that needs a look: a sentence, and what to do."""

    sentence: str
    advice: str


def findings(facts: Facts, when: When) -> list[Finding]:
    """What needs a look, the most pressing first."""
    return [
        *_disk(facts.disk),
        *_silent(facts.silent, when),
        *_unreached(facts.unreached, when),
        *_broker(facts),
        *_missing(facts),
        *_waiting(facts, when),
        *_hub(facts),
    ]


def headline(facts: Facts, found: Sequence[Finding]) -> str:
    """The one sentence at the top of the page."""
    if len(found) == 1:
        return found[0].sentence
    if found:
        return f"{len(found)} things need a look."
    days = facts.disk.days_left
    room = f"Room for {_days(days)}." if days is not None else f"{words.size(facts.disk.free)} free."
    if not facts.cameras:
        return f"All well, but no camera has sent a picture yet. {room}"
    return f"All well. {room}"


def _days(days: float) -> str:
    return words.many(int(days), "day") if days < 3650 else "more than 10 years"


def _disk(disk: Disk) -> list[Finding]:
    days = disk.days_left
    if days is None or days >= TIGHT_DAYS:
        return []
    left = (
        "The disk is full."
        if days <= 0
        else f"The disk will be full in {words.lasting(days * 86400) if days < 1 else _days(days)}."
    )
    return [
        Finding(
            left,
            "Free some space, or move the data folder to a larger disk. A full disk refuses new pictures.",
        )
    ]


def _silent(cameras: Sequence[Camera], when: When) -> list[Finding]:
    return [
        Finding(
            f"{one.name} has been dark since {when(one.silent_since)}.",
            "Check its power and network; it comes back by itself.",
        )
        for one in cameras
        if one.silent_since
    ]


def _unreached(cameras: Sequence[tuple[str, Standing]], when: When) -> list[Finding]:
    return [
        Finding(
            f"{name}, {one.of.lower()}: {one.words} since {when(one.reach.since)}.",
            f"{one.detail} {one.advice}".strip(),
        )
        for name, one in cameras
    ]


def _broker(facts: Facts) -> list[Finding]:
    if facts.broker:
        return []
    return [
        Finding(
            "The message broker is away.",
            "Pictures are still taken in, and looked at when it is back. Meanwhile pages do not update by themselves.",
        )
    ]


def _missing(facts: Facts) -> list[Finding]:
    if not facts.broker:
        return []
    return [
        Finding(
            f"{CALLED.get(name, f'The {name}')} is not running: nothing {EXPECTED[name]}.",
            "It is started again by itself. If this stays, scripts/status says more, and log/ in the data folder.",
        )
        for name in facts.missing
    ]


def _waiting(facts: Facts, when: When) -> list[Finding]:
    waits = (
        (
            facts.for_plan,
            "Node-RED",
            "Is the Pictures tab in the Node-RED editor deployed and connected? No picture is lost meanwhile.",
        ),
        (
            facts.for_detector,
            "a detector",
            "The newest pictures are looked at first; the rest is worked off afterwards.",
        ),
        (
            facts.for_verdict,
            "Node-RED's verdict",
            "They were looked at, but the Alerts tab in the Node-RED editor has not said whether to tell somebody.",
        ),
    )
    found = [Finding(waiting_words(waiting, on, when), advice) for waiting, on, advice in waits if waiting.count]
    if facts.for_happening.count:
        advice = "The Happenings tab in the Node-RED editor has not said whom to tell. It is asked again."
        found.append(Finding(waiting_words(facts.for_happening, "Node-RED's verdict", when, "happening"), advice))
    return found


def waiting_words(waiting: Waiting, on: str, when: When, noun: str = "picture") -> str:
    """`312 pictures wait for Node-RED since 08:14.`"""
    verb = "waits" if waiting.count == 1 else "wait"
    since = f" since {when(waiting.since)}" if waiting.since else ""
    return f"{words.many(waiting.count, noun, ENOUGH).capitalize()} {verb} for {on}{since}."


def _hub(facts: Facts) -> list[Finding]:
    found = []
    if facts.spool_bytes > SPOOL_BYTES:
        found.append(
            Finding(
                f"{words.size(facts.spool_bytes)} of the intake's notes wait for the database.",
                "Pictures are safe on disk; they show up here when the database takes them.",
            )
        )
    return found
