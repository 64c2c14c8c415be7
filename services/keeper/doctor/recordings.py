"""Every recording's and clip's row, and through it its file."""

from collections.abc import Iterator

from services.core.media import MediaError
from services.keeper.doctor.finding import Check, Findings
from services.keeper.doctor.subject import Subject
from services.store import doctor_recordings
from services.store.doctor_recordings import StoredFilm

RANGE = 2000
CURE = "look at the disk (dmesg, smartctl) and restore the files from a backup; what is lost is lost"
MISSING = Check(2, "film_missing", "recordings or clips have no file", CURE)
SIZE = Check(2, "film_size", "recordings or clips have a file of another size", CURE)


def examine(subject: Subject, findings: Findings) -> None:
    """Adds what is wrong with the files of recordings and clips."""
    for batch in _batches(subject):
        wrong = {one: check for one in batch if (check := _wrong(subject, one))}
        if not wrong:
            continue
        with subject.engine.connect() as connection:
            # What was let go meanwhile had lost its row before its file.
            still = doctor_recordings.there(connection, [one.id for one in wrong])
        for one, check in wrong.items():
            if one.id in still:
                findings.add(check, [f"{one.id} {one.path}"])


def _batches(subject: Subject) -> Iterator[list[StoredFilm]]:
    for noun in ("segment", "clip"):
        after = ""
        while True:
            with subject.engine.connect() as connection:
                batch = doctor_recordings.films(connection, noun, after, RANGE)
            if not batch:
                break
            yield batch
            after = batch[-1].id


def _wrong(subject: Subject, one: StoredFilm) -> Check | None:
    try:
        size = subject.media.path(one.path).stat().st_size
    except (FileNotFoundError, NotADirectoryError, MediaError):
        return MISSING
    return None if size == one.bytes else SIZE
