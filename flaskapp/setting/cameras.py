"""Cameras in the file of settings, each with its zones and masks."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from sqlalchemy import Connection

from flaskapp.camera import change, form, seeing_form, seeing_shape
from flaskapp.gallery import gallery
from flaskapp.guard import Person
from flaskapp.mistakes import Mistakes
from flaskapp.setting.noun import Entry, Named, Noun
from services.core.messages import Label, Plan, Slug, Uuid, ZoneName
from services.store import camera, mode, schedule, zone
from services.store.zone import ZONE, Zone

CameraName = Annotated[str, Field(min_length=1, max_length=form.NAME_LENGTH)]
Source = Annotated[str, Field(min_length=1, max_length=255)]
Share = Annotated[float, Field(ge=0, le=1), AfterValidator(lambda share: round(share, 4))]
"""As the columns keep it."""
Corner = Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=2, max_length=2)]
SETTINGS = ("name", "plan", "labels", "min_score", "alert_labels", "alert_modes", "schedule_id", "entry")
SEEING = ("label_scores", *seeing_form.SHARES, "crops", *seeing_form.COUNTS, "departure_labels")


class ZoneEntry(Named):
    """A zone or mask; corners are shares from the left and from the top."""

    id: Uuid
    kind: Literal["zone", "mask"]
    name: ZoneName
    points: list[Corner]
    labels: list[Label] | None = None

    def row(self) -> Zone:
        """As the store has it."""
        labels = None if self.labels is None else tuple(self.labels)
        return Zone(self.id, self.kind, self.name, tuple((x, y) for x, y in self.points), labels)


class CameraEntry(Entry):
    """A camera. Scores, areas and heights are shares. Its `source`, the text it sends under, never changes."""

    id: Slug
    source: Source
    name: CameraName
    plan: Plan
    labels: list[Label] | None
    min_score: Share
    label_scores: dict[Label, Share]
    night_min_score: Share | None
    min_area: Share
    max_area: Share
    min_height: Share
    crops: Literal["whole", "squares", "tiles4", "tiles9"]
    seen_in: int
    seen_of: int
    alert_labels: list[Label]
    departure_labels: list[Label]
    alert_modes: list[Slug] | None
    schedule_id: Uuid | None
    entry: bool = False
    zones: list[ZoneEntry]

    def columns(self, names: Sequence[str]) -> dict[str, Any]:
        """Some fields as the store takes them."""
        return {name: getattr(self, name) for name in names}


def present(connection: Connection) -> list[CameraEntry]:
    """As they are."""
    return [
        CameraEntry(
            id=one.id,
            source=one.source,
            zones=[ZoneEntry(id=drawn.id, **drawn.values()) for drawn in zone.of_camera(connection, one.id)],
            **{name: form.present(one, name) for name in (*SETTINGS, *SEEING)},
        )
        for one in camera.all_cameras(connection)
    ]


def meant(before: CameraEntry | None, wanted: CameraEntry, exact: bool) -> CameraEntry:
    """What is drawn already stays, unless the file is to be all; its order is that of what is there."""
    drawn = {one.id: one for one in before.zones} if before else {}
    sent = {one.id: one for one in wanted.zones}
    stays = {known: one for known, one in drawn.items() if known in sent or not exact}
    return wanted.model_copy(update={"zones": list((stays | sent).values())})


def wrong(connection: Connection, entries: Sequence[CameraEntry]) -> dict[str, str]:
    """What does not hold together, and modes and schedules that there are not."""
    modes = [one.id for one in mode.all_modes(connection)]
    schedules = [one.id for one in schedule.all_schedules(connection)]
    sources = {one.id: one.source for one in camera.all_cameras(connection)}
    found: dict[str, str] = {}
    for place, one in enumerate(entries):
        mistakes = form.mistakes(one.columns(SETTINGS), modes, schedules)
        mistakes |= seeing_form.mistakes(one.columns(SEEING), one.night_min_score is None)
        if sources.get(one.id, one.source) != one.source:
            mistakes["source"] = f"The camera {one.id} sends under another name."
        found |= {f"[{place}].{name}": words for name, words in (mistakes | _of_zones(one.zones)).items()}
    return found


def _of_zones(zones: Sequence[ZoneEntry]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, one in enumerate(zones):
        mistakes = dict(seeing_shape.mistakes(one.row()))
        if one.kind == ZONE and one.labels is not None:
            mistakes["labels"] = "Only a mask is of some labels: null, please."
        found |= {f"zones[{place}].{name}": words for name, words in mistakes.items()}
    return found


def save(connection: Connection, by: Person, before: CameraEntry | None, wanted: CameraEntry) -> None:
    """Makes a camera known, or changes what is set; then what is drawn. Raises `Mistakes`."""
    if before is None and not camera.enter(connection, wanted.id, wanted.source, gallery().now()):
        raise Mistakes({"source": "Another camera sends under this name."})
    found = camera.find(connection, wanted.id)
    if found is not None:
        change.change(connection, by, change.UPDATE, found, wanted.columns(SETTINGS))
        change.change(connection, by, change.SEEING, found, wanted.columns(SEEING))
        _draw(connection, by, before, wanted)


def _draw(connection: Connection, by: Person, before: CameraEntry | None, wanted: CameraEntry) -> None:
    drawn = {one.id: one.row() for one in before.zones} if before else {}
    sent = {one.id: one.row() for one in wanted.zones}
    for known in drawn.keys() - sent.keys():
        change.remove_zone(connection, by, wanted.id, drawn[known])
    for one in sent.values():
        if one.id not in drawn:
            change.add_zone(connection, by, wanted.id, one)
        elif one != drawn[one.id]:
            change.change_zone(connection, by, wanted.id, drawn[one.id], one)


NOUN = Noun(change.NOUN, "Camera", CameraEntry, present, save, None, wrong, meant=meant)
