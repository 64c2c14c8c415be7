from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from services.core.ids import new_id
from services.keeper.doctor.report import examine
from services.keeper.doctor.subject import Subject
from services.store import audit, plate
from services.store.audit import Change
from services.store.plate_tables import plate as plates
from services.store.plate_tables import plate_look, plate_read
from services.store.tables import sighting
from tests.keeper.doctor.conftest import Names, Ward
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
AGO = NOON - timedelta(minutes=6)
CORNERS = {"x1": 0.1, "y1": 0.1, "x2": 0.9, "y2": 0.9}
ENDED = {"state": "read", "read_at": AGO, "reader": "local"}


def look(ward: Ward, **values: Any) -> str:
    """A picture whose plates were wanted six minutes ago."""
    image_id = ward.detected()
    row = {"image_id": image_id, "camera_id": "front-door", "captured_at": ward.at, "wanted_at": AGO}
    with ward.engine.begin() as connection:
        connection.execute(insert(plate_look).values(**row | values))
    return image_id


def read(ward: Ward, image_id: str, **values: Any) -> None:
    row = {"image_id": image_id, "ordinal": 0, "camera_id": "front-door", "captured_at": ward.at, **CORNERS}
    said = {"raw": "b ab 123", "text": "BAB123", "folded": "8A8123", "score": 0.9, "candidates": []}
    with ward.engine.begin() as connection:
        connection.execute(insert(plate_read).values(**row, **said, **values))


def settled(ward: Ward, image_id: str, **values: Any) -> None:
    """A car whose plate this picture settled six minutes ago."""
    sighting_id = new_id()
    pictures = dict.fromkeys(("first_image_id", "last_image_id", "best_image_id"), image_id)
    times = {"began_at": ward.at, "last_seen_at": ward.at, "departed_at": ward.at, "departure_judged_at": ward.at}
    row = {"id": sighting_id, "camera_id": "front-door", "label": "car", "images": 1, "best_score": 0.9}
    with ward.engine.begin() as connection:
        made = plate.get_or_add(connection, "BAB123", AGO)
        means = {"plate_id": made.id, "plate_settled_at": AGO}
        connection.execute(insert(sighting).values(**row, **pictures, **times, **CORNERS, **means, **values))
    read(ward, image_id, sighting_id=sighting_id, plate_id=made.id)


def test_plates_that_were_read_and_settled_are_well(ward: Ward, subject: Subject, names: Names) -> None:
    settled(ward, look(ward, **ENDED, attempts=1), plate_judged_at=AGO)
    assert names(subject) == []


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": "pending"}, "stuck_plate_pending"),
        ({"state": "reading", "claimed_by": "w", "claim_expires_at": AGO, "attempts": 1}, "stuck_plate_reading"),
        ({"state": "read", "read_at": AGO}, "plate_look_askew"),
        ({**ENDED, "claimed_by": "w"}, "plate_look_askew"),
        ({**ENDED, "attempts": 4}, "plate_look_askew"),
    ],
)
def test_a_look_that_is_stuck_or_askew_is_found(
    ward: Ward, subject: Subject, names: Names, values: dict[str, Any], name: str
) -> None:
    look(ward, **values)
    assert names(subject) == [name]


def test_a_look_that_is_being_read_or_waits_a_moment_is_well(ward: Ward, subject: Subject, names: Names) -> None:
    claim = {"claimed_by": "w", "claim_expires_at": NOON + timedelta(minutes=1), "attempts": 1}
    look(ward, state="reading", **claim)
    look(ward, state="pending", wanted_at=NOON)
    assert names(subject) == []


def test_a_named_plate_on_which_nobody_decides_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    settled(ward, look(ward, **ENDED))
    assert names(subject) == ["stuck_plate_unjudged"]


def test_a_reading_without_a_look_is_found(ward: Ward, subject: Subject, names: Names) -> None:
    read(ward, ward.detected())
    assert names(subject) == ["plate_read_too_early"]


def test_a_plate_changed_past_the_audit_is_found(ward: Ward, subject: Subject, engine: Engine) -> None:
    with engine.begin() as connection:
        made = plate.add(connection, "BAB123", NOON, standing="known", owner="Anna")
        after = {"text": "BAB123", "standing": "known", "owner": "Anna"}
        audit.write(connection, NOON, None, Change("plate.update", made.id, None, after))
    assert examine(subject).findings == []
    with engine.begin() as connection:
        connection.execute(update(plates).values(owner="Ben"))
    (found,) = examine(subject).findings
    assert (found.check.name, found.examples) == ("change_not_audited", [f"{made.id}.owner"])
