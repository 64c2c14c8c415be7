"""Puts what was seen and read in a picture into its rows, for tests of answers about it."""

from typing import Any

from sqlalchemy import insert

from services.store.plate_tables import plate_look, plate_read
from services.store.tables import detection
from tests.pictures import Album

Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


def looked_at(album: Album, *labels: str, source: str = "Front Door", **boxes: Box) -> str:
    """A picture in which these were found, each over the whole of it but for those with a box; its id."""
    image_id = album.add(source, state="detected", decided_at=album.at, detected_at=album.at)
    for label in labels:
        seen(album, image_id, label, boxes.get(label, WHOLE))
    return image_id


def seen(album: Album, image_id: str, label: str, box: Box = WHOLE, dropped_because: str | None = None) -> None:
    """One detection more."""
    with album.engine.begin() as connection:
        connection.execute(
            insert(detection).values(
                **_of_image(album, image_id, detection),
                label=label,
                score=0.8,
                **_corners(box),
                model="tiny",
                model_version="1",
                dropped_because=dropped_because,
                best=False,
                arrival=False,
                place=0,
                corrected=False,
            )
        )


def plates_wanted(album: Album, image_id: str, state: str = "pending", **more: Any) -> None:
    """The row of a look for plates."""
    fields = _of_image(album, image_id, None) | {"state": state, "wanted_at": album.at, "attempts": 0}
    with album.engine.begin() as connection:
        connection.execute(insert(plate_look).values(**fields | more))


def plate_was_read(album: Album, image_id: str, text: str, box: Box, **more: Any) -> None:
    """One plate."""
    fields: dict[str, Any] = {"raw": text, "text": text, "folded": text, "score": 0.5, "candidates": []}
    with album.engine.begin() as connection:
        where = _of_image(album, image_id, plate_read)
        connection.execute(insert(plate_read).values(**where | fields | _corners(box) | more))


def _of_image(album: Album, image_id: str, table: Any) -> dict[str, Any]:
    row = album.get(image_id)
    fields: dict[str, Any] = {"image_id": image_id, "camera_id": row.camera_id, "captured_at": row.captured_at}
    return fields if table is None else fields | {"ordinal": _next(album, image_id, table)}


def _next(album: Album, image_id: str, table: Any) -> int:
    with album.engine.connect() as connection:
        return len(connection.execute(table.select().where(table.c.image_id == image_id)).all())


def _corners(box: Box) -> dict[str, float]:
    return dict(zip(("x1", "y1", "x2", "y2"), box, strict=True))
