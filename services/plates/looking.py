"""One picture's vehicles, read, and put into words where that does not work."""

from __future__ import annotations

from collections.abc import Iterator

from services.core.clock import Clock
from services.core.logging import get
from services.look.file import Picture, Unfinished
from services.look.picture import PictureError, decode
from services.plates import metrics
from services.plates.plate import Plate, PlateReader, ReaderError, Reading
from services.store.plate_look import Job, Vehicle
from services.store.plate_read import Outcome, Read

MOST_VEHICLES = 10
RAW_MAX = 64
REGION_MAX = 16
READER_MAX = 64
WHY_MAX = 300
SIGNS = range(2, 17)
log = get(__name__)


def look(reader: PlateReader, clock: Clock, picture: Picture[Job]) -> Outcome:
    """Reads a picture. One that never can be read is an outcome, too. Raises `Unfinished`."""
    job = picture.job
    if picture.problem:
        return _failed(job, picture.problem)
    vehicles, begun = _vehicles(job), clock.monotonic()
    try:
        reading = _read(reader, picture, vehicles)
    except PictureError as error:
        return _failed(job, str(error))
    except ReaderError as error:
        raise Unfinished(str(error)) from error
    took_s = clock.monotonic() - begun
    metrics.seconds.observe(took_s)
    return seen(job, vehicles, reading, took_s * 1000)


def seen(job: Job, vehicles: tuple[Vehicle, ...], reading: Reading, took_ms: float) -> Outcome:
    """The outcome of a look that worked, surest plate first. What no row can hold is left out and counted."""
    reads = [_of(job, vehicle, plate) for vehicle, plate in _pairs(vehicles, reading) if _is_usable(plate)]
    metrics.refused.inc(sum(len(plates) for plates in reading.plates) - len(reads))
    return Outcome(
        image_id=job.image_id,
        camera_id=job.camera_id,
        captured_at=job.captured_at,
        received_at=job.received_at,
        reads=sorted(reads, key=lambda one: -one.score),
        reader=reading.reader[:READER_MAX],
        took_ms=took_ms,
        fell_back_because=reading.fell_back_because and reading.fell_back_because[:WHY_MAX],
    )


def _failed(job: Job, why: str) -> Outcome:
    return Outcome(job.image_id, job.camera_id, job.captured_at, job.received_at, error=why)


def _read(reader: PlateReader, picture: Picture[Job], vehicles: tuple[Vehicle, ...]) -> Reading:
    if not vehicles:
        return Reading((), reader.name)
    return reader.read(decode(picture.data), [one.box for one in vehicles])


def _vehicles(job: Job) -> tuple[Vehicle, ...]:
    """As many as can be read while others wait: the street behind a drive may be full of parked cars."""
    left_out = len(job.vehicles) - MOST_VEHICLES
    if left_out > 0:
        metrics.left_out.inc(left_out)
        log.info("vehicles_left_out", image_id=job.image_id, count=left_out, most=MOST_VEHICLES)
    return job.vehicles[:MOST_VEHICLES]


def _pairs(vehicles: tuple[Vehicle, ...], reading: Reading) -> Iterator[tuple[Vehicle, Plate]]:
    for vehicle, plates in zip(vehicles, reading.plates, strict=True):
        for plate in plates:
            yield vehicle, plate


def _is_usable(plate: Plate) -> bool:
    x1, y1, x2, y2 = plate.box
    signs = plate.text.isascii() and plate.text.isalnum() and plate.text == plate.text.upper()
    return signs and len(plate.text) in SIGNS and 0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1 and 0 <= plate.score <= 1


def _of(job: Job, vehicle: Vehicle, plate: Plate) -> Read:
    return Read(
        image_id=job.image_id,
        raw=plate.raw[:RAW_MAX],
        text=plate.text,
        score=plate.score,
        box=plate.box,
        region=plate.region and plate.region[:REGION_MAX],
        candidates=tuple((one.text, one.score) for one in plate.candidates),
        sighting_id=vehicle.sighting_id,
    )
