"""The file of a claimed picture: its content, or why it has none that can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from services.core.media import Media, MediaError
from services.look.job import Job

FILE_MAX = 64_000_000


class MediaAway(Exception):
    """The media folder itself is not there: no picture's fault. The text says what to do."""


class Unfinished(Exception):
    """This attempt at a picture did not work, but another may; the text says why."""


@dataclass(frozen=True)
class Picture(Generic[Job]):
    """A claimed picture and the content of its file, or why it has none that can be looked at."""

    job: Job
    data: bytes = b""
    problem: str | None = None


def read(media: Media, job: Job) -> Picture[Job]:
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
        if not media.is_there:
            raise MediaAway(f"{media.root}/images is not there: mount the disk or correct the setting") from None
        return Picture(job, problem=f"its file is missing: {job.path}")
    except OSError as error:
        raise Unfinished(f"its file {job.path} cannot be read: {error.strerror}") from error
