from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select

from services.core.ids import new_id
from services.keeper.removals import Removals
from services.store import recording, removal, upload
from services.store.recording_tables import segment
from services.store.removal import LEFT_TO_UNDO
from services.store.segment import Segment
from services.store.tables import camera, garbage
from services.store.upload import Upload
from tests.pictures import NOON, HeldClock

pytestmark = pytest.mark.mariadb
PATH = "recordings/2026-05-01/front-door.mp4"


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def a_segment(engine: Engine, preview: str = "made") -> Segment:
    made = Segment(new_id(), "front-door", PATH, NOON, NOON, 9, None, None, "h264", None, True, NOON, False, preview)
    values = {name: value for name, value in vars(made).items() if name != "kind"} | {"stored_at": NOON}
    named = {"id": "front-door", "source": "Front Door", "name": "Front Door", "created_at": NOON}
    do(engine, lambda connection: connection.execute(insert(camera).values(**named)))
    do(engine, lambda connection: connection.execute(insert(segment).values(**values)))
    return made


def let_go(engine: Engine) -> list[str]:
    return sorted(do(engine, lambda connection: list(connection.scalars(select(garbage.c.path)))))


def test_a_deleted_recording_goes_with_its_files_once_it_cannot_be_taken_back(engine: Engine) -> None:
    clock, made = HeldClock(), a_segment(engine)
    removals = Removals(engine, clock)
    do(engine, lambda connection: removal.begin(connection, made, new_id(), NOON))
    clock.pass_by(LEFT_TO_UNDO.total_seconds() - 1)
    assert removals.carry_out() == 0
    clock.pass_by(1)
    assert removals.carry_out() == 1
    assert do(engine, lambda connection: connection.scalar(select(segment.c.id))) is None
    assert let_go(engine) == [
        "recordings/2026-05-01/front-door.jpg",
        PATH,
        "recordings/2026-05-01/front-door.preview.mp4",
    ]
    assert removals.carry_out() == 0


def test_what_was_taken_back_stays(engine: Engine) -> None:
    clock, made = HeldClock(), a_segment(engine)
    do(engine, lambda connection: removal.begin(connection, made, new_id(), NOON))
    assert do(engine, lambda connection: recording.find(connection, made.id)) is None
    assert do(engine, lambda connection: removal.take_back(connection, made.id))
    clock.pass_by(3600)
    assert Removals(engine, clock).carry_out() == 0
    assert do(engine, lambda connection: recording.find(connection, made.id)) == made


def test_files_that_were_never_made_are_not_let_go(engine: Engine) -> None:
    clock, made = HeldClock(), a_segment(engine, "failed")
    do(engine, lambda connection: removal.begin(connection, made, new_id(), NOON))
    clock.pass_by(3600)
    Removals(engine, clock).carry_out()
    assert let_go(engine) == [PATH]


def test_one_whose_row_has_aged_away_meanwhile_is_done(engine: Engine) -> None:
    clock, made = HeldClock(), a_segment(engine)
    do(engine, lambda connection: removal.begin(connection, made, new_id(), NOON))
    do(engine, lambda connection: connection.execute(segment.delete()))
    clock.pass_by(3600)
    assert Removals(engine, clock).carry_out() == 1
    assert let_go(engine) == []


def test_another_file_goes_in_the_same_way_with_no_copies_beside_it(engine: Engine) -> None:
    clock, path = HeldClock(), "uploads/2026-05-01/log.txt"
    made = Upload(new_id(), None, "front", "log.txt", path, 9, "0" * 64, NOON, NOON)
    do(engine, lambda connection: upload.add(connection, [made]))
    do(engine, lambda connection: removal.begin(connection, made, new_id(), NOON))
    assert do(engine, lambda connection: upload.find(connection, made.id)) is None
    assert do(engine, upload.senders) == []
    clock.pass_by(LEFT_TO_UNDO.total_seconds())
    assert Removals(engine, clock).carry_out() == 1
    assert do(engine, lambda connection: upload.paths_of(connection, [made.id])) == {}
    assert let_go(engine) == [path]
