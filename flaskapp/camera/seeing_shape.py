"""A zone or mask as the page *What it sees* sends and shows it; corners are lines of two percentages."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from flaskapp.camera import form
from flaskapp.camera.seeing_form import percent
from flaskapp.mistakes import Mistakes
from services.core.polygon import Corner
from services.store.zone import MASK, ZONE, Zone

CORNERS_MIN, CORNERS_MAX = 3, 64
LEAST_AREA = 1e-4
"""Share of the picture that three of the corners must span: less is a line, or a slip of the finger."""

NO_CORNERS = "Draw it on the picture: at least three corners. Or type them, a line each, such as 20 35."


@dataclass(frozen=True)
class Typed:
    """One form: `id` is empty for a new shape, `corners` the text of its points."""

    id: str = ""
    kind: str = ""
    name: str = ""
    corners: str = ""
    everything: bool = True
    labels: tuple[str, ...] = ()


NEW = Typed(kind=MASK)


def of_zone(zone: Zone) -> Typed:
    """What the form shows of one that is there."""
    corners = "\n".join(f"{percent(x)} {percent(y)}" for x, y in zone.points)
    return Typed(zone.id, zone.kind, zone.name, corners, zone.labels is None, zone.labels or ())


def typed(sent: MultiDict[str, str], zone_id: str = "") -> Typed:
    """What was sent, as it was typed."""
    return Typed(
        id=zone_id,
        kind=sent.get("kind", ""),
        name=" ".join(sent.get("name", "").split()),
        corners=sent.get("corners", ""),
        everything=sent.get("drops") != "chosen",
        labels=tuple(form.labels(sent, "labels")),
    )


def read(given: Typed, zone_id: str) -> Zone:
    """The zone or mask that was meant, under this id. Raises `Mistakes`."""
    points = corners(given.corners)
    wrong = _mistakes(given, points)
    if wrong or points is None:
        raise Mistakes(wrong)
    some = given.kind == MASK and not given.everything
    return Zone(zone_id, given.kind, given.name, points, given.labels if some else None)


def corners(text: str) -> tuple[Corner, ...] | None:
    """The corners in a text such as `20 35`, a line each, percent from the left and from the top; None if it is not."""
    lines = [line.replace(",", " ").replace("%", " ").split() for line in text.splitlines() if line.strip()]
    if not all(len(line) == 2 for line in lines):
        return None
    shares = [(form.share(x), form.share(y)) for x, y in lines]
    points = tuple((x, y) for x, y in shares if x is not None and y is not None and 0 <= x <= 1 and 0 <= y <= 1)
    return points if len(points) == len(lines) else None


def mistakes(made: Zone) -> Mapping[str, str]:
    """What is wrong with a zone or mask that came otherwise than by the page."""
    return _mistakes(of_zone(made), made.points)


def _mistakes(given: Typed, points: tuple[Corner, ...] | None) -> Mapping[str, str]:
    found = {}
    if not given.name:
        found["name"] = "It needs a name, such as Street."
    if len(given.name) > form.NAME_LENGTH:
        found["name"] = f"At most {form.NAME_LENGTH} characters, please."
    if given.kind not in (ZONE, MASK):
        found["kind"] = "Please choose one of the two."
    if given.kind == MASK and not given.everything and not given.labels:
        found["labels"] = "Choose at least one thing, or leave out everything."
    if words := _wrong_corners(points):
        found["corners"] = words
    return found


def _wrong_corners(points: tuple[Corner, ...] | None) -> str | None:
    if points is None:
        return "Each line needs two numbers from 0 to 100: percent from the left and from the top, such as 20 35."
    if len(points) < CORNERS_MIN:
        return NO_CORNERS
    if len(points) > CORNERS_MAX:
        return f"At most {CORNERS_MAX} corners, please."
    if _spanned(points) < LEAST_AREA:
        return "That is a line or a dot. Draw its corners further apart."
    return None


def _spanned(points: tuple[Corner, ...]) -> float:
    """The largest triangle on the corner that is farthest from the first, and any other: 0 for points on a line."""
    first = points[0]
    far = max(points, key=lambda one: math.dist(first, one))
    across = [(far[0] - first[0]) * (y - first[1]) - (far[1] - first[1]) * (x - first[0]) for x, y in points]
    return max(abs(one) for one in across) / 2
