"""What can be put right without asking anybody: nothing is lost by it, and doing it twice changes nothing."""

from services.keeper.claims import Claims
from services.keeper.doctor.rows import questions
from services.keeper.doctor.subject import Subject
from services.keeper.nightly import old_parts, stale_thumbs
from services.store import doctor, doctor_alerts, garbage
from services.store.doctor import Span

ALL = Span("", "g")
"""Every image: ids are hexadecimal."""


def repair(subject: Subject) -> dict[str, int]:
    """Does all safe repairs; how many things each has put right, without those that had nothing to do."""
    claims = Claims(subject.engine, subject.clock, lambda _: None)
    done = {
        "expired claims taken back": _until_none(claims),
        "images with the best detections marked anew": _mark_best(subject),
        "cameras and labels freed for the next alert": _free_cooldowns(subject),
        "files of images saved from deletion": _keep_wanted(subject),
        "thumbnails without image deleted": _delete_thumbs(subject),
        "temporary files older than a day deleted": _delete_parts(subject),
    }
    return {what: count for what, count in done.items() if count}


def _until_none(claims: Claims) -> int:
    total = 0
    while count := claims.take_back():
        total += count
    return total


def _mark_best(subject: Subject) -> int:
    (ask,) = (ask for check, ask in questions(subject.clock).items() if check.name == "best_wrong")
    with subject.engine.begin() as connection:
        wrong = ask(connection, ALL)
        doctor.mark_best(connection, wrong)
    return len(wrong)


def _free_cooldowns(subject: Subject) -> int:
    with subject.engine.begin() as connection:
        return doctor_alerts.release_cooldowns(connection)


def _keep_wanted(subject: Subject) -> int:
    with subject.engine.begin() as connection:
        wanted = doctor.garbage_with_image(connection)
        garbage.forget(connection, wanted)
    return len(wanted)


def _delete_thumbs(subject: Subject) -> int:
    count = 0
    for batch in stale_thumbs(subject.engine, subject.media):
        for path in batch:
            path.unlink(missing_ok=True)
        count += len(batch)
    return count


def _delete_parts(subject: Subject) -> int:
    parts = old_parts(subject.media, subject.clock)
    for path in parts:
        path.unlink(missing_ok=True)
    return len(parts)
