"""What a camera wants to see: its rules of seeing, as a detector gets them with each picture that it claims."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from services.store import zone
from services.store.tables import camera
from services.store.zone import MASK, ZONE, Zone

WHOLE = "whole"
CROPS = (WHOLE, "squares", "tiles4", "tiles9")
SEEN_OF_MAX = 20
COLUMNS = tuple(
    camera.c[name]
    for name in (
        "labels",
        "min_score",
        "label_scores",
        "night_min_score",
        "min_area",
        "max_area",
        "min_height",
        "crops",
    )
)
"""The columns of `camera` that `of_row` reads."""


@dataclass(frozen=True)
class Seeing:
    """One camera's rules. The defaults are a new camera's.

    `labels` None means every label. Scores, areas (of the picture) and heights (of the picture's height) are shares
    0-1. `crops` says which parts of a picture are looked at besides the whole one.
    """

    labels: frozenset[str] | None = None
    min_score: float = 0.4
    label_scores: dict[str, float] = field(default_factory=dict)
    night_min_score: float | None = None
    min_area: float = 0.0
    max_area: float = 1.0
    min_height: float = 0.0
    crops: str = WHOLE
    masks: tuple[Zone, ...] = ()
    zones: tuple[Zone, ...] = ()

    def needed(self, label: str, night: bool = False) -> float:
        """The score that a detection of this label must reach; by `night` it may have to be higher."""
        score = self.label_scores.get(label, self.min_score)
        return max(score, self.night_min_score) if night and self.night_min_score is not None else score

    def lowest(self) -> float:
        """The lowest score that any label may have and still count."""
        return min(self.min_score, *self.label_scores.values(), 1.0)


def of_camera(connection: Connection, camera_id: str, hold: bool = False) -> Seeing | None:
    """A camera's rules, or None; with `hold` nobody else changes them before the transaction ends."""
    query = select(*COLUMNS).where(camera.c.id == camera_id)
    row = connection.execute(query.with_for_update() if hold else query).one_or_none()
    return of_row(row, zone.of_camera(connection, camera_id)) if row else None


def of_row(row: Row[Any], drawn: list[Zone]) -> Seeing:
    """The rules in a row that has `COLUMNS`, with what was drawn for its camera."""
    values = {column.name: row._mapping[column.name] for column in COLUMNS}
    labels = None if row.labels is None else frozenset(row.labels)
    masks = tuple(one for one in drawn if one.kind == MASK)
    zones = tuple(one for one in drawn if one.kind == ZONE)
    return Seeing(**{**values, "labels": labels}, masks=masks, zones=zones)
