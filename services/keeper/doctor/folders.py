"""Every file under media and every spool record, and whether something of ours knows it."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from services.core.spool import Record, read_all, read_closed
from services.keeper.doctor.finding import Check, Findings
from services.keeper.doctor.subject import CannotCheck, Subject
from services.keeper.nightly import stale_thumbs
from services.store import doctor

BATCH = 1000
TRIES = 5
RECORDINGS = "recordings"
FOLDERS = ("images", RECORDINGS, "uploads")
STRANGER = Check(
    2,
    "file_without_row",
    "files under images/, recordings/ or uploads/ are known to nobody",
    "nothing of ours touches them: look at each, then send it to the hub again or delete it by hand",
)
LOST = Check(
    1,
    "accepted_file_missing",
    "accepted pictures wait in a spool without their file",
    "look at the disk (dmesg, smartctl) and restore the files from a backup",
)
UPLOADS = Check(
    2,
    "upload_missing",
    "other files that cameras sent are not there",
    "restore them from a backup, or delete them",
)
UNDRAINED = Check(
    1,
    "spool_not_drained",
    "accepted records are not in the database yet",
    "start the intake services; their drains go on by themselves",
)
THUMBS = Check(2, "thumb_without_image", "thumbnails have no image", "repair deletes them, and so does the night")


def examine(subject: Subject, findings: Findings) -> int:
    """Adds what is wrong with files and spools; how many files there were."""
    count, strangers = _without_row(subject)
    findings.add(STRANGER, _confirmed(subject, strangers))
    findings.add(LOST, _lost(subject))
    findings.add(UPLOADS, _uploads_missing(subject))
    for batch in stale_thumbs(subject.engine, subject.media):
        findings.add(THUMBS, [str(path.relative_to(subject.media.root)) for path in batch])
    if subject.settled:
        findings.add(UNDRAINED, [f"{one['kind']} {one['id']}" for one in _records(subject, closed=True)])
    return count


def _without_row(subject: Subject) -> tuple[int, list[str]]:
    count, strangers = 0, []
    files = _files(subject)
    while batch := list(islice(files, BATCH)):
        with subject.engine.connect() as connection:
            known = doctor.with_row(connection, batch)
        strangers += [path for path in batch if path not in known]
        count += len(batch)
        subject.progress.at(count, None, "files")
    return count, strangers


def _files(subject: Subject) -> Iterator[str]:
    """Finished files that are old enough to count, as paths below the media folder."""
    over = (subject.clock.now() - subject.young).timestamp()
    for path in _everything(subject.media.root):
        unfinished = path.name.startswith(".") and path.name.endswith(".part")
        if not unfinished and (subject.settled or _modified(path) < over):
            yield str(path.relative_to(subject.media.root))


def _everything(root: Path) -> Iterator[Path]:
    for top in FOLDERS:
        for folder, folders, names in os.walk(root / top):
            if top == RECORDINGS:
                # What is recorded or cut now; the recorder looks after it at its next start.
                folders[:] = [one for one in folders if not one.startswith(".")]
            yield from (Path(folder, name) for name in names)


def _modified(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _confirmed(subject: Subject, strangers: list[str]) -> list[str]:
    """First the spools, then the rows once more: a record is in one of the two at every moment."""
    if not strangers:
        return []
    spooled = {one["path"] for one in _records(subject, closed=False) if "path" in one}
    rest = [path for path in strangers if path not in spooled]
    known: set[str] = set()
    with subject.engine.connect() as connection:
        for start in range(0, len(rest), BATCH):
            known |= doctor.with_row(connection, rest[start : start + BATCH])
    return [path for path in rest if path not in known and os.path.lexists(subject.media.root / path)]


def _uploads_missing(subject: Subject) -> list[str]:
    with subject.engine.connect() as connection:
        missing = [one for one in doctor.uploads(connection) if not _has_size(subject, one.path, one.bytes)]
    with subject.engine.connect() as connection:
        # One that was deleted meanwhile had lost its row before its file.
        still = doctor.with_row(connection, [one.path for one in missing])
    return [f"{one.image_id} {one.path}" for one in missing if one.path in still]


def _has_size(subject: Subject, path: str, size: int) -> bool:
    try:
        return subject.media.path(path).stat().st_size == size
    except FileNotFoundError:
        return False


def _lost(subject: Subject) -> list[str]:
    missing = _spooled_without_file(subject)
    if missing and not subject.settled:
        subject.pause()
        still = _spooled_without_file(subject)
        missing = [one for one in missing if one in still]
    return missing


def _spooled_without_file(subject: Subject) -> list[str]:
    files = [one for one in _records(subject, closed=True) if "path" in one]
    return [f"{one['id']} {one['path']}" for one in files if not subject.media.path(one["path"]).exists()]


def _records(subject: Subject, closed: bool) -> list[Record]:
    read = read_closed if closed else read_all
    folders = sorted(path for path in subject.spool.glob("*") if path.is_dir())
    for _ in range(TRIES):
        try:
            return [record for folder in folders for record in read(folder)]
        except FileNotFoundError:
            # A drain has just deleted a segment that it was through with.
            continue
    raise CannotCheck(f"the spools under {subject.spool} change too quickly to be read: try again with less load")
