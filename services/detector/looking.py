"""One picture: its file read, looked at, and put into words where that does not work."""

from __future__ import annotations

from dataclasses import dataclass

from services.core.clock import Clock
from services.core.media import Media, MediaError
from services.detector import metrics
from services.detector.look import examine
from services.detector.outcome import Look, failed, refused, seen
from services.detector.picture import PictureError
from services.detector.plugin import Detector, DetectorError
from services.store.detection import Outcome
from services.store.work import Job

FILE_MAX = 64_000_000


class MediaAway(Exception):
    """The media folder itself is not there: no picture's fault. The text says what to do."""


class Unfinished(Exception):
    """This attempt at a picture did not work, but another may; the text says why."""


@dataclass(frozen=True)
class Picture:
    """A claimed picture and the content of its file, or why it has none that can be looked at."""

    job: Job
    data: bytes = b""
    problem: str | None = None


def read(media: Media, job: Job) -> Picture:
    """Reads the file. Raises `MediaAway` when the whole folder is missing, `Unfinished` when the disk refused."""
    try:
        path = media.path(job.path)
        size = path.stat().st_size
        if size > FILE_MAX:
            return Picture(job, problem=f"the file is too large to look at: {size} bytes, at most {FILE_MAX}")
        return Picture(job, path.read_bytes())
    except MediaError as error:
        return Picture(job, problem=str(error))
    except FileNotFoundError:
        if not (media.root / "images").is_dir():
            raise MediaAway(f"{media.root}/images is not there: mount the disk or correct the setting") from None
        return Picture(job, problem=f"its file is missing: {job.path}")
    except OSError as error:
        raise Unfinished(f"its file {job.path} cannot be read: {error.strerror}") from error


def look(detector: Detector, clock: Clock, picture: Picture) -> Outcome:
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
