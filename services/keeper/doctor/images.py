"""Every image's row, and through it its file: range by range."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from services.core.media import MediaError
from services.keeper.doctor.finding import Check, Findings
from services.keeper.doctor.rows import ALERTS, questions
from services.keeper.doctor.subject import Subject
from services.keeper.doctor.waits import Moment, judge, later
from services.store import doctor, doctor_alerts, doctor_plates
from services.store.doctor import Imageless, Latest, Span, StoredFile, Wait

RANGE = 5000
Some = TypeVar("Some", Span, Imageless)
FROM_BACKUP = "restore the files from a backup, or from the sender; the rows say when they came and from which camera"
MISSING = Check(2, "file_missing", "images have no file", FROM_BACKUP)
SIZE = Check(2, "file_size", "images have a file of another size", FROM_BACKUP)
TELLING = Check(4, "still_telling", "alerts are still under way", "start the notifier; its log says why it waits")
HASH = Check(2, "file_hash", "images have a file with another content", FROM_BACKUP)


def examine(subject: Subject, findings: Findings) -> int:
    """Adds what is wrong with images, their files and their decisions; how many images there were."""
    waits: list[Wait] = []
    newest = Latest()
    with subject.engine.connect() as connection:
        total = doctor.count(connection)
    done = 0
    for batch in _batches(subject):
        span = Span(batch[0].image_id, batch[-1].image_id)
        _files(subject, batch, findings)
        _rows(subject, span, questions(subject.clock), findings)
        with subject.engine.connect() as connection:
            waits += doctor.unfinished(connection, span) + doctor.unjudged(connection, span)
            waits += doctor_plates.unfinished(connection, span)
            newest = later(newest, doctor.latest(connection, span))
        done += len(batch)
        subject.progress.at(done, total, "images")
    _rows(subject, Imageless(), ALERTS, findings)
    judge(waits, newest, Moment(subject.clock.now(), subject.patience, subject.settled), findings)
    return done


def _batches(subject: Subject) -> Iterator[list[StoredFile]]:
    after = ""
    while True:
        with subject.engine.connect() as connection:
            batch = doctor.files(connection, after, RANGE)
        if not batch:
            return
        yield batch
        after = batch[-1].image_id


def _rows(
    subject: Subject, span: Some, asked: Mapping[Check, Callable[[Connection, Some], list[str]]], findings: Findings
) -> None:
    with subject.engine.connect() as connection:
        wrong = {check: ids for check, ask in asked.items() if (ids := ask(connection, span))}
        if subject.settled:
            findings.add(TELLING, doctor_alerts.under_way(connection, span))
    if not wrong:
        return
    if not subject.settled:
        subject.pause()
    with subject.engine.connect() as connection:
        for check, ids in wrong.items():
            still = set(asked[check](connection, span))
            findings.add(check, [one for one in ids if one in still])


def _files(subject: Subject, batch: Sequence[StoredFile], findings: Findings) -> None:
    wrong = [(stored, check) for stored in batch if (check := _wrong(subject, stored))]
    if not wrong:
        return
    with subject.engine.connect() as connection:
        # An image that was deleted meanwhile had lost its row before its file.
        still = doctor.still_there(connection, [stored.image_id for stored, _ in wrong])
    for stored, check in wrong:
        if stored.image_id in still:
            findings.add(check, [f"{stored.image_id} {stored.path}"])


def _wrong(subject: Subject, stored: StoredFile) -> Check | None:
    try:
        path = subject.media.path(stored.path)
        size = path.stat().st_size
        if size != stored.bytes:
            return SIZE
        if subject.hash_files and hashlib.sha256(path.read_bytes()).hexdigest() != stored.sha256:
            return HASH
    except (FileNotFoundError, NotADirectoryError, MediaError):
        return MISSING
    return None
