"""One picture, looked at, and put into words where that does not work."""

from __future__ import annotations

from services.core.clock import Clock
from services.detector import metrics
from services.detector.look import examine
from services.detector.outcome import Look, failed, refused, seen
from services.detector.plugin import Detector, DetectorError
from services.look.file import Picture, Unfinished
from services.look.picture import PictureError
from services.store.detection import Outcome
from services.store.work import Job


def look(detector: Detector, clock: Clock, picture: Picture[Job]) -> Outcome:
    """Looks at a picture. One that never can be looked at is an outcome, too. Raises `Unfinished`."""
    job = picture.job
    if picture.problem:
        return failed(job, picture.problem)
    begun = clock.monotonic()
    try:
        judged = examine(detector, picture.data, job.camera_id, job.captured_at, job.seeing)
    except PictureError as error:
        return failed(job, str(error))
    except DetectorError as error:
        raise Unfinished(str(error)) from error
    took_s = clock.monotonic() - begun
    metrics.seconds.observe(took_s)
    metrics.boxes_refused.inc(refused(judged))
    return seen(job, judged, Look(detector.name, detector.version, took_s * 1000))
