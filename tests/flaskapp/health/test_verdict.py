from datetime import UTC, datetime
from typing import Any

import pytest

from flaskapp.health.disk import Disk
from flaskapp.health.verdict import Facts, findings, headline
from services.store.backlog import ENOUGH, Waiting

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOTHING = Waiting(0, None)
ROOMY = Disk(10**12, 5 * 10**11, 10**10)


def facts(**more: Any) -> Facts:
    well: dict[str, Any] = {
        "for_plan": NOTHING,
        "for_detector": NOTHING,
        "for_verdict": NOTHING,
        "for_happening": NOTHING,
        "failed_today": 0,
        "silent": [],
        "cameras": 2,
        "disk": ROOMY,
        "broker": True,
        "missing": [],
        "late_replies": 0,
        "refused": 0,
        "spool_bytes": 0,
        "tabs": [],
        "kept": [],
    }
    return Facts(**well | more)


def said(**more: Any) -> str:
    these = facts(**more)
    return headline(these, findings(these, lambda moment: f"{moment:%H:%M}"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "All well. Room for 48 days."),
        ({"disk": Disk(10**12, 5 * 10**11, 0)}, "All well. 500.0 GB free."),
        ({"cameras": 0}, "All well, but no camera has sent a picture yet. Room for 48 days."),
        ({"for_plan": Waiting(312, NOON)}, "312 pictures wait for Node-RED since 12:00."),
        ({"for_plan": Waiting(1, NOON)}, "1 picture waits for Node-RED since 12:00."),
        ({"for_detector": Waiting(ENOUGH, NOON)}, "More than 10 000 pictures wait for a detector since 12:00."),
        ({"for_happening": Waiting(2, NOON)}, "2 happenings wait for Node-RED's verdict since 12:00."),
        ({"missing": ["detector"]}, "The detector is not running: nothing looks at pictures."),
        (
            {"missing": ["nodered"]},
            "Node-RED is not running: nothing decides what is done with pictures and who is told.",
        ),
        ({"broker": False, "missing": ["hub", "detector"]}, "The message broker is away."),
        ({"disk": Disk(10**12, 6 * 10**10, 10**10)}, "The disk will be full in 4 days."),
        ({"disk": Disk(10**12, 10**10, 10**10)}, "The disk is full."),
        ({"spool_bytes": 5_000_000}, "5.0 MB of the intake's notes wait for the database."),
        ({"for_plan": Waiting(3, NOON), "missing": ["keeper"]}, "2 things need a look."),
    ],
)
def test_one_sentence_says_how_it_is(more: dict[str, Any], sentence: str) -> None:
    assert said(**more) == sentence
