"""One picture, looked at, and put into words where that does not work."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from services.core.clock import Clock
from services.core.logging import get
from services.detector import metrics
from services.detector.filters import Judged
from services.detector.look import decoded, see
from services.detector.outcome import Look, failed, refused, seen
from services.detector.pins import least_score
from services.detector.plugin import Detector, DetectorError, Unavailable
from services.detector.sighting.following import Sight, follow
from services.detector.sighting.looks import Scene
from services.look.file import Picture, Unfinished
from services.look.picture import PictureError
from services.store.detection import Outcome
from services.store.work import Job

Examined = tuple[list[Judged], Scene]
"""What was found in a picture, and a small copy of it."""

log = get(__name__)


def look(detector: Detector, clock: Clock, picture: Picture[Job], remote: Detector | None = None) -> Outcome:
    """Looks at a picture. One that never can be looked at is an outcome, too. Raises `Unfinished`.

    With a `remote` detector this looks first; where it cannot, `detector` does, and the outcome says why.
    """
    job = picture.job
    if picture.problem:
        return failed(job, picture.problem)
    begun = clock.monotonic()
    try:
        (judged, scene), by, because = _examined(detector, remote, picture)
    except PictureError as error:
        return failed(job, str(error))
    except DetectorError as error:
        raise Unfinished(str(error)) from error
    took_s = clock.monotonic() - begun
    metrics.seconds.observe(took_s)
    metrics.boxes_refused.inc(refused(judged))
    outcome = seen(job, judged, Look(by.name, by.version, took_s * 1000, because))
    return replace(outcome, follow=partial(follow, Sight(outcome.found, scene)))


def _examined(
    detector: Detector, remote: Detector | None, picture: Picture[Job]
) -> tuple[Examined, Detector, str | None]:
    """What was found, by whom, and why the local detector stood in if it did."""
    if remote is None:
        return _by(detector, picture), detector, None
    try:
        return _by(remote, picture), remote, None
    except Unavailable as problem:
        because = str(problem)
    metrics.fell_back.inc()
    log.warning("fell_back", image_id=picture.job.image_id, camera_id=picture.job.camera_id, reason=because)
    return _by(detector, picture), detector, because


def _by(detector: Detector, picture: Picture[Job]) -> Examined:
    job = picture.job
    # What a person set for one label holds; a camera's general score is raised to what this model needs.
    seeing = replace(job.seeing, min_score=max(job.seeing.min_score, least_score(detector.name)))
    frame = decoded(detector, picture.data, job.camera_id, job.captured_at, seeing)
    return see(detector, frame, seeing), Scene.of(frame.bgr)
