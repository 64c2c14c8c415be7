from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from services.core.clock import SystemClock
from services.core.ids import new_id
from services.store import event, pull
from services.store.pull import Ended, Job, Pull
from tests.cameras import hang_up
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
T = TypeVar("T")
CLAIM = timedelta(seconds=25)


def do(engine: Engine, call: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return call(connection)


def wanted(camera_id: str = "cellar", after_s: float = 0, **values: Any) -> Pull:
    at = NOON + timedelta(seconds=after_s)
    return replace(Pull(new_id(), camera_id, "rule Door", at, at + pull.IN_TIME), **values)


def asked(engine: Engine, *made: Pull) -> list[str]:
    with engine.begin() as connection:
        return [one.id for one in made if pull.want(connection, one)]


def claimed(engine: Engine, *resting: str, after_s: float = 0) -> Job | None:
    now = NOON + timedelta(seconds=after_s)
    return do(engine, lambda connection: pull.claim(connection, resting, now, now + CLAIM))


@pytest.fixture(autouse=True)
def cameras(engine: Engine) -> None:
    with engine.begin() as connection:
        for source in ("Cellar", "Attic"):
            hang_up(connection, source)


def test_a_request_that_comes_twice_is_one(engine: Engine) -> None:
    made = wanted()
    assert asked(engine, made, made) == [made.id]
    assert do(engine, lambda connection: pull.find(connection, made.id)) == made


def test_a_request_for_no_camera_fits_no_row(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        asked(engine, wanted("no-such-camera"))


def test_what_waits_for_one_camera_is_taken_together_and_cameras_in_their_turn(engine: Engine) -> None:
    first, other, second = asked(engine, wanted(), wanted("attic", 1), wanted(after_s=2))
    job, next_job = claimed(engine), claimed(engine)
    assert job is not None
    assert next_job is not None
    assert (job.camera_id, job.source, set(job.pull_ids)) == ("cellar", "Cellar", {first, second})
    assert (next_job.camera_id, next_job.pull_ids) == ("attic", (other,))
    assert job.access is not None
    assert job.access.account == "cellar-admin"
    assert claimed(engine) is None


def test_a_camera_that_is_being_pulled_or_rests_is_left_alone(engine: Engine) -> None:
    asked(engine, wanted())
    assert claimed(engine, "cellar") is None
    assert claimed(engine) is not None
    later = asked(engine, wanted())
    assert claimed(engine) is None
    do(engine, lambda connection: pull.return_untouched(connection, later))
    assert claimed(engine) is None


def test_an_end_is_told_once(engine: Engine) -> None:
    (one,) = asked(engine, wanted())
    how = Ended("refused", "The camera refuses.", None, NOON)
    (ended,) = do(engine, lambda connection: pull.end(connection, [one], how))
    assert (ended.state, ended.outcome, ended.detail, ended.ended_at) == ("ended", "refused", how.detail, NOON)
    assert do(engine, lambda connection: pull.find(connection, one)) == ended
    assert do(engine, lambda connection: pull.end(connection, [one], how)) == []
    told = ended.result(SystemClock(), "snapshot")
    assert (told.pull_id, told.outcome, told.image_id) == (one, "refused", None)


def test_a_dead_workers_pull_waits_again_until_nobody_wants_it_any_more(engine: Engine) -> None:
    (one,) = asked(engine, wanted())
    claimed(engine)
    for seconds, ended, state in ((24, [], "pulling"), (26, [], "waiting"), (31, [one], "ended")):
        with engine.begin() as connection:
            gone = pull.overdue(connection, NOON + timedelta(seconds=seconds))
            found = pull.find(connection, one)
        assert found is not None
        assert ([each.id for each in gone], found.state) == (ended, state)
    assert gone[0].outcome == "expired"
    assert "nobody came to it in time" in gone[0].detail


def test_an_alert_that_waits_for_the_picture_is_written_when_it_ends(engine: Engine) -> None:
    alert = pull.alert_of("Door: open", ["019a9f3e-8a70-7c11-8f3d-2b8f6a1c0e10"], None, NOON)
    with_picture, without = asked(engine, wanted(alert=alert), wanted(alert=alert))
    image_id = new_id()

    def end(connection: Connection, pull_id: str, how: Ended) -> None:
        pull.alerts(connection, pull.end(connection, [pull_id], how), NOON)

    do(engine, lambda connection: end(connection, with_picture, Ended("ok", "", image_id, NOON)))
    do(engine, lambda connection: end(connection, without, Ended("slow", "It takes too long.", None, NOON)))
    late = do(engine, lambda connection: event.waiting_for_verdict(connection, NOON + CLAIM, 10))
    assert [(one.kind, one.camera_id) for one in late] == [("rule_alert", "cellar")] * 2
    assert {one.detail for one in late} == {"Door: open", "Door: open (without a picture: It takes too long.)"}
    assert late[0].people == alert["people"]


def test_flows_are_told_which_cameras_a_picture_can_be_pulled_from(engine: Engine) -> None:
    do(engine, lambda connection: hang_up(connection, "Gate", every_s=60))
    do(engine, lambda connection: hang_up(connection, "Yard", snapshot_url=None, stream_url="rtsp://192.0.2.9/1"))
    assert do(engine, pull.can_be_pulled) == {"cellar": None, "attic": None, "gate": 60}
