from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from services.keeper.doctor.report import examine
from services.keeper.doctor.subject import Subject
from services.store import retention
from services.store.tables import detection
from tests.keeper.doctor.conftest import BOX, PERSON, Names, Ward
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


def force(ward: Ward, image_id: str, **values: object) -> None:
    """Changes a row past the schema's checks, as a restored or damaged table might be."""
    with ward.engine.connect() as connection:
        connection.execute(text("SET SESSION check_constraint_checks = 0"))
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(text(f"UPDATE image SET {assignments} WHERE id = :id"), {**values, "id": image_id})
        connection.commit()
        connection.execute(text("SET SESSION check_constraint_checks = 1"))


def change_detection(ward: Ward, image_id: str, **values: object) -> None:
    with ward.engine.begin() as connection:
        connection.execute(update(detection).where(detection.c.image_id == image_id).values(**values))


def test_nothing_is_found_on_a_clean_stack(ward: Ward, subject: Subject) -> None:
    for strict in (subject, replace(subject, settled=True, hash_files=True)):
        report = examine(strict)
        assert report.findings == []
        assert (report.images, report.files) == (8, 8 if strict.settled else 0)


def test_work_that_is_under_way_is_no_finding_unless_all_must_be_settled(
    ward: Ward, subject: Subject, names: Names
) -> None:
    ward.at = NOON - timedelta(seconds=30)
    ward.add()
    ward.pending()
    ward.pending(state="detecting", claimed_by="w", claim_expires_at=NOON, attempts=1)
    ward.detected(PERSON)
    assert names(subject) == []
    assert names(replace(subject, settled=True)) == [
        "stuck_detecting",
        "stuck_new",
        "stuck_pending",
        "stuck_unjudged",
    ]


def test_a_missing_file_is_found_by_name(ward: Ward, subject: Subject) -> None:
    image_id = ward.detected()
    path = ward.get(image_id).path
    ward.media.discard(path)
    (found,) = examine(subject).findings
    assert (found.check.name, found.check.invariant, found.examples) == ("file_missing", 2, [f"{image_id} {path}"])


def test_a_file_of_another_size_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.media.path(ward.get(ward.detected()).path).write_bytes(b"cut")
    assert names(subject) == ["file_size"]


def test_a_file_with_another_content_is_found_only_by_its_hash(ward: Ward, subject: Subject, names: Names) -> None:
    path = ward.media.path(ward.get(ward.detected()).path)
    path.write_bytes(bytes(path.stat().st_size))
    assert names(subject) == []
    assert names(replace(subject, hash_files=True)) == ["file_hash"]


def test_a_claim_without_a_worker_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    image_id = ward.pending(state="detecting", claimed_by="w", claim_expires_at=NOON, attempts=1)
    ward.set(image_id, claimed_by=None)
    assert names(subject) == ["claim_askew"]


def test_a_claim_on_a_finished_picture_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.set(ward.detected(), claimed_by="w")
    assert names(subject) == ["claim_askew"]


def test_a_fourth_attempt_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.set(ward.detected(), attempts=4)
    assert names(subject) == ["claim_askew"]


@pytest.mark.parametrize("lacking", ["decided_at", "model"])
def test_a_step_without_what_belongs_to_it_is_found(ward: Ward, subject: Subject, names: Names, lacking: str) -> None:
    ward.set(ward.detected(), **{lacking: None})
    assert names(subject) == ["step_askew"]


def test_a_failure_without_a_reason_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    image_id = ward.pending(state="failed", error="x", detected_at=NOON, judged_at=NOON, attempts=1)
    force(ward, image_id, error="")
    assert names(subject) == ["step_askew"]


def test_detections_of_a_picture_that_was_not_looked_at_are_found(ward: Ward, subject: Subject, names: Names) -> None:
    image_id = ward.detected(PERSON)
    ward.set(image_id, state="kept", judged_at=NOON)
    assert names(subject) == ["detections_too_early", "judged_without_decision"]


def test_a_wrong_best_detection_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    image_id = ward.detected(PERSON)
    ward.decided(image_id)
    change_detection(ward, image_id, best=False)
    assert names(subject) == ["best_wrong"]


def test_an_empty_picture_that_waits_for_a_verdict_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.set(ward.detected(), judged_at=None)
    assert names(subject) == ["nothing_found_unjudged"]


def test_a_settled_picture_without_a_decision_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.set(ward.detected(PERSON), judged_at=NOON)
    assert names(subject) == ["judged_without_decision"]


def test_a_settled_picture_whose_decision_has_gone_because_of_its_age_is_in_order(
    ward: Ward, subject: Subject, names: Names
) -> None:
    image_id = ward.detected(PERSON)
    ward.decided(image_id)
    with ward.engine.begin() as connection:
        assert retention.delete_some(connection, "alerts", timedelta(days=30), NOON + timedelta(days=60))
    assert names(subject) == []


def test_a_drop_without_a_reason_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    image_id = ward.detected(PERSON.__class__("dog", 0.5, BOX, "below score"))
    change_detection(ward, image_id, dropped_because="")
    assert names(subject) == ["drop_without_reason"]


def test_a_picture_from_the_future_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    ward.set(ward.detected(), received_at=NOON + timedelta(hours=1), stored_at=NOON + timedelta(hours=1))
    assert names(subject) == ["times_askew"]


def test_a_picture_stored_before_it_came_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    image_id = ward.detected()
    ward.set(image_id, stored_at=ward.get(image_id).received_at - timedelta(seconds=2))
    assert names(subject) == ["times_askew"]


def test_what_is_put_right_while_it_looks_is_no_finding(ward: Ward, subject: Subject) -> None:
    image_id = ward.detected()
    ward.set(image_id, claimed_by="w")
    healing = replace(subject, pause=lambda: ward.set(image_id, claimed_by=None))
    assert examine(healing).findings == []


def test_at_most_twenty_are_listed_but_all_are_counted(ward: Ward, subject: Subject) -> None:
    for _ in range(25):
        ward.set(ward.detected(), attempts=4)
    (found,) = examine(subject).findings
    assert (found.count, len(found.examples)) == (25, 20)
