"""How long after a picture is sent its alert is handed to the mail server: five stock senders, the whole stack.

Every picture shows people and none pauses the next alert, so each in which somebody arrives is an alert, unless the one
before it from the same camera is still on its way. The stack, the cameras and the mail server share one machine, and
so one clock.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from sqlalchemy import Row

from bench.footage import Footage
from bench.mailbox import Mailbox
from bench.own_stack import NotInTime, OwnStack, free_offset, mail_settings, wait_until
from bench.stock_sender import Crew, Sending, StockSender
from stack.demo import CLIP
from stack.layout import CACHE

CAMERAS = ("Gate", "Yard", "Porch", "Drive", "Shed")
FPS = 2.0
SETTLE_S = 60.0
OFFSETS = (22500, 22900)
STAGES = ("sent", "received", "stored", "decided", "detected", "judged", "told")

STORY = """
SELECT image.sha256, image.took_ms, decision.outcome, delivery.id AS delivery_id,
       UNIX_TIMESTAMP(image.received_at) AS received, UNIX_TIMESTAMP(image.stored_at) AS stored,
       UNIX_TIMESTAMP(image.decided_at) AS decided, UNIX_TIMESTAMP(image.detected_at) AS detected,
       UNIX_TIMESTAMP(decision.decided_at) AS judged
FROM image
LEFT JOIN decision ON decision.image_id = image.id
LEFT JOIN delivery ON delivery.decision_id = decision.id
"""


@dataclass(frozen=True)
class Story:
    """One picture: the moments of its stages (seconds since 1970), as far as it came; `told` is the mail's."""

    moments: Mapping[str, float]
    took_ms: float | None
    outcome: str | None


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print the figures; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        stories, lost = measure(Footage(options.clip), options.seconds)
        result = figures(stories) | {"lost": lost + unaccounted(stories)}
    except (NotInTime, OSError) as problem:
        sys.stderr.write(f"bench latency: {problem}\n")
        return 1
    print(json.dumps(result) if options.json else in_words(result))
    return 0


def measure(footage: Footage, seconds: float) -> tuple[list[Story], int]:
    """Runs a stack under load; gives what became of each picture, and how many acknowledged ones have no row."""
    # Made before, as making them takes time that the stack would need.
    pictures = [footage.picture() for _ in range(int((seconds + 1) * FPS + 1) * len(CAMERAS))]
    with Mailbox() as mailbox, OwnStack(free_offset(*OFFSETS), mail_settings(mailbox.port)) as stack:
        introduce(stack, footage)
        with Crew(stack.ports.hub, list(CAMERAS), 1 / FPS, pictures.pop) as crew:
            time.sleep(seconds)
            sent = {one.sha256: one for one in crew.stop()}
        wait_until(lambda: stack.is_settled(acknowledged(sent)), "the last picture's alert", SETTLE_S)
        told = {mail.delivery_id: mail.at for mail in mailbox.mails()}
        rows = [row for row in stack.rows(STORY) if row.sha256 in sent]
    stories = [story(row, sent[row.sha256].at, told.get(row.delivery_id)) for row in rows]
    return stories, len(set(acknowledged(sent)) - {row.sha256 for row in rows})


def introduce(stack: OwnStack, footage: Footage) -> None:
    """Each camera sends one picture, and its alert labels become known, before anything is measured."""
    for name in CAMERAS:
        with StockSender(stack.ports.hub, name) as sender:
            sender.send(footage.picture())
    wait_until(lambda: stack.flows_know(CAMERAS), "the cameras to be known", SETTLE_S)
    wait_until(lambda: stack.is_settled([]), "the first pictures", SETTLE_S)


def acknowledged(sent: Mapping[str, Sending]) -> list[str]:
    """Those that the hub said OK to."""
    return [name for name, one in sent.items() if one.reply == b"OK"]


def story(row: Row[Any], sent: float, told: float | None) -> Story:
    """A row of the query, when its picture was sent and when its mail was accepted, as one story."""
    moments = dict(row._mapping) | {"sent": sent, "told": told}
    known = {stage: float(moments[stage]) for stage in STAGES if moments[stage] is not None}
    return Story(known, row.took_ms, row.outcome)


def figures(stories: Sequence[Story]) -> dict[str, Any]:
    """What the benchmark tells: milliseconds, and how many alerts they are of."""
    ways = [one.moments["told"] - one.moments["sent"] for one in stories if "told" in one.moments]
    looks = [one.took_ms for one in stories if one.took_ms is not None]
    if not ways or not looks:
        raise NotInTime("no alert came of any picture: look at the alerts page for the reasons")
    p50, p95 = (float(value) * 1000 for value in np.percentile(ways, [50, 95]))
    detection_ms = float(median(looks))
    return {
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
        "detection_ms": round(detection_ms, 1),
        "overhead_p95_ms": round(p95 - detection_ms, 1),
        "stages": stages(stories),
        "alerts": len(ways),
        "held_back": sum(one.outcome == "not_told" for one in stories),
    }


def stages(stories: Sequence[Story]) -> dict[str, float]:
    """The median way from each stage to the next, in milliseconds."""
    found = {}
    for before, after in pairwise(STAGES):
        took = [one.moments[after] - one.moments[before] for one in stories if {before, after} <= set(one.moments)]
        found[f"{before}_to_{after}_ms"] = round(median(took) * 1000, 1) if took else 0.0
    return found


def unaccounted(stories: Sequence[Story]) -> int:
    """Pictures of people with no decision, or whose alert was decided and never came."""
    return sum(one.outcome is None or (one.outcome != "not_told" and "told" not in one.moments) for one in stories)


def in_words(result: Mapping[str, Any]) -> str:
    """The figures as lines."""
    flat = {name: value for name, value in result.items() if name != "stages"} | result["stages"]
    return "\n".join(f"{name:<24} {value}" for name, value in flat.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench latency", description="From a picture to its alert.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--seconds", type=float, default=30, help="how long the cameras send")
    parser.add_argument("--clip", type=Path, default=CACHE.expanduser() / CLIP, help="where the pictures are from")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
