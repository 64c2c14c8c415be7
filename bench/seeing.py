"""What comes of looking at pictures one after another: visits found, and arrivals that were none.

The detector really looks at each picture, and its sightings are formed in a real database; only time is made, so that
twelve hours take a minute. Three scenes: the clip of people in a street as it is; somebody who stands still in changing
light; and the same street without people from noon to midnight, in which the parked cars must not arrive again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from sqlalchemy import Engine, update

from bench.own_stack import NotInTime, OwnStack, free_offset
from bench.standstill import shot, street
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.detector.looking import look
from services.detector.model import current, ensure_default
from services.detector.model_command import model_folder
from services.detector.opening import open_detector
from services.detector.plugin import Detector
from services.detector.problem import ModelError
from services.detector.sighting.box import overlap
from services.look.file import Picture
from services.store import camera, detection, image
from services.store.detection import Recorded
from services.store.image import NewImage
from services.store.seeing import Seeing
from services.store.sighting import Sighting
from services.store.tables import image as images
from services.store.work import Job
from stack.supervision import Supervisor

OFFSETS = (23000, 23400)
BUSY = ("keeper", "detector", "plates", "node-red", "notifier")
WORKER = "bench"
CLIP_FPS = 10
EVERY_FRAME = 4
STANDING = 200
EMPTY = 40
HOURS = 12
PAUSE_S = 30
AGAIN = 0.3
CLOCK = SystemClock()
Shots = Iterable[tuple[float, bytes]]
"""Seconds from the scene's beginning, and the JPEG."""


@dataclass
class Scene:
    """What came of one scene's pictures."""

    pictures: int = 0
    arrived: list[Sighting] = field(default_factory=list)
    departed: list[Sighting] = field(default_factory=list)

    def add(self, made: Recorded) -> None:
        """Counts one picture."""
        self.pictures += 1
        self.arrived += made.arrived
        self.departed += made.departed

    def of(self, label: str) -> list[Sighting]:
        """Arrivals of a label."""
        return [one for one in self.arrived if one.label == label]


class Eye:
    """Looks at pictures of made-up cameras and writes down what it sees."""

    def __init__(self, engine: Engine, detector: Detector) -> None:
        self._engine = engine
        self._detector = detector
        # In the future, so that nothing of the running stack takes these moments for over.
        self._begin = datetime.now(UTC) + timedelta(days=1)

    def see(self, name: str, shots: Shots, seen_in: int = 1, seen_of: int = 1) -> Scene:
        """One camera's pictures, in their order."""
        with self._engine.begin() as connection:
            camera_id = camera.register(connection, name, self._begin)
            camera.change(connection, camera_id, seen_in=seen_in, seen_of=seen_of)
        scene = Scene()
        for seconds, data in shots:
            scene.add(self._one(camera_id, self._begin + timedelta(seconds=seconds), data))
        return scene

    def _one(self, camera_id: str, at: datetime, data: bytes) -> Recorded:
        made = _row(camera_id, at, data)
        job = Job(made.id, camera_id, made.path, len(data), at, at, 1, Seeing())
        outcome = look(self._detector, CLOCK, Picture(job, data))
        ours = {"state": "detecting", "decided_at": at, "claimed_by": WORKER, "claim_expires_at": at, "attempts": 1}
        with self._engine.begin() as connection:
            image.add(connection, [made])
            connection.execute(update(images).where(images.c.id == made.id).values(**ours))
            recorded = detection.record(connection, outcome, WORKER, at)
        if recorded is None:
            raise NotInTime("something else took a picture of the benchmark")
        return recorded


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print the figures; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        ensure_default(options.models)
        detector = open_detector(options.models, current(options.models), 1)
        with OwnStack(free_offset(*OFFSETS), {}) as stack:
            Supervisor(stack.layout).halt(list(BUSY))
            result = measure(Eye(stack.engine, detector), options.clip, options.hours)
    except (ModelError, NotInTime, OSError) as problem:
        sys.stderr.write(f"bench seeing: {problem}\n")
        return 1
    print(json.dumps(result) if options.json else "\n".join(in_words(result)))
    return 0


def measure(eye: Eye, clip: Path, hours: float) -> dict[str, Any]:
    """Shows the scenes to the eye and tells the figures."""
    empty, standing = street(clip)
    people = eye.see("Clip 1 of 1", people_shots(clip))
    surer = eye.see("Clip 2 of 3", people_shots(clip), seen_in=2, seen_of=3)
    still = eye.see("Standing", standing_shots(standing, empty))
    parked = eye.see("Parked", parked_shots(empty, hours))
    return {
        "clip": _visits(people),
        "clip_seen_in_2_of_3": _visits(surer),
        "standing": {
            "pictures": still.pictures,
            "arrivals": len(still.of("person")),
            "departures": len([one for one in still.departed if one.label == "person"]),
        },
        "parked": {
            "hours": hours,
            "pictures": parked.pictures,
            "things": len(parked.arrived) - len(repeated(parked.arrived)),
            "repeated_arrivals": len(repeated(parked.arrived)),
        },
    }


def people_shots(clip: Path) -> Iterator[tuple[float, bytes]]:
    """Every fourth frame of the clip, two and a half a second."""
    capture = cv2.VideoCapture(str(clip))
    number = 0
    while (read := capture.read())[0]:
        if number % EVERY_FRAME == 0:
            yield number / CLIP_FPS, shot(np.asarray(read[1], np.uint8), number, 1.0)
        number += 1
    capture.release()


def standing_shots(standing: Any, empty: Any) -> Iterator[tuple[float, bytes]]:
    """A picture a second: somebody stands there, as the sun comes and goes; then nobody does."""
    for number in range(STANDING + EMPTY):
        view = standing if number < STANDING else empty
        yield float(number), shot(view, number, 0.75 + 0.35 * math.sin(number / 7))


def parked_shots(empty: Any, hours: float) -> Iterator[tuple[float, bytes]]:
    """A picture every 30 s from noon on: a shadow wanders over the street, dusk falls, it is night."""
    for number in range(int(hours * 3600 / PAUSE_S)):
        hour = number * PAUSE_S / 3600
        light = min(1.0, max(0.06, 1.0 - (hour - hours / 2) / 2)) * (1 + 0.1 * math.sin(number))
        shade = None if hour > hours / 2 else 1.2 - hour * 2.4 / hours
        yield number * float(PAUSE_S), shot(empty, number, light, shade)


def repeated(arrivals: Sequence[Sighting]) -> list[Sighting]:
    """Those at whose place something had arrived before."""
    return [one for number, one in enumerate(arrivals) if any(_same_place(one, other) for other in arrivals[:number])]


def in_words(result: dict[str, Any]) -> list[str]:
    """The figures as lines."""
    return [f"{scene:<20} {name:<20} {value}" for scene, part in result.items() for name, value in part.items()]


def _same_place(one: Sighting, other: Sighting) -> bool:
    return overlap(one.box, other.box) >= AGAIN


def _visits(scene: Scene) -> dict[str, int]:
    return {
        "pictures": scene.pictures,
        "people": len(scene.of("person")),
        "others": len(scene.arrived) - len(scene.of("person")),
    }


def _row(camera_id: str, at: datetime, data: bytes) -> NewImage:
    name = f"{camera_id}-{at:%Y-%m-%dT%H.%M.%S.%f}.jpg"
    path, sha256 = f"images/{at:%Y-%m-%d}/{name}", hashlib.sha256(data).hexdigest()
    return NewImage(new_id(), camera_id, name, path, at, at, at, None, None, len(data), sha256)


def _parser() -> argparse.ArgumentParser:
    models = model_folder(os.environ)
    parser = argparse.ArgumentParser(prog="scripts/bench seeing", description="Visits found, and false arrivals.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--models", type=Path, default=models, help="the model folder")
    parser.add_argument("--clip", type=Path, default=models.parent / "vtest.avi", help="the clip of people in a street")
    parser.add_argument("--hours", type=float, default=HOURS, help="how long the street is watched from noon on")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
