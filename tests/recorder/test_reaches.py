import pytest
from sqlalchemy import Engine, select

from services.core.messages import EventNew
from services.recorder.reaches import Reaches, turn
from services.recorder.verdict import Verdict
from services.store.recording_tables import reach
from tests.pictures import HeldClock
from tests.store.recordings import recorded_camera

OK, AWAY = Verdict("ok", ""), Verdict("away", "nothing listens at this address")


@pytest.mark.parametrize(
    ("well", "since_s", "lost", "kind"),
    [
        (False, 29, False, None),
        (False, 30, False, "stream_lost"),
        (False, 99, True, None),
        (True, 4, True, None),
        (True, 5, True, "stream_back"),
        (True, 99, False, None),
    ],
)
def test_only_what_lasts_is_an_event(well: bool, since_s: float, lost: bool, kind: str | None) -> None:
    assert turn(well, since_s, lost) == kind


@pytest.mark.mariadb
def test_each_change_is_written_and_a_stream_that_stays_away_is_told_once(engine: Engine) -> None:
    clock, rung = HeldClock(), list[EventNew]()
    yard = recorded_camera(engine)
    reaches = Reaches(engine, rung.append, clock)
    for verdict, seconds in ((OK, 1), (AWAY, 1), (AWAY, 31), (AWAY, 31), (OK, 1), (OK, 6), (OK, 60)):
        reaches.say(yard, verdict)
        reaches.write()
        clock.pass_by(seconds)
        reaches.write()
    assert [(one.kind, one.camera_id) for one in rung] == [("stream_lost", yard), ("stream_back", yard)]
    assert rung[0].detail == AWAY.detail
    assert (reaches.well(), reaches.known()) == (1, 1)
    reaches.cost({yard: 1.25})
    clock.pass_by(31)
    reaches.write()
    with engine.connect() as connection:
        row = connection.execute(select(reach)).one()
    assert (row.state, row.detail) == ("ok", "looking for motion takes 1.2 % of a core")


@pytest.mark.mariadb
def test_a_restart_tells_nothing_again(engine: Engine) -> None:
    clock, rung = HeldClock(), list[EventNew]()
    yard = recorded_camera(engine)
    for _ in range(2):
        reaches = Reaches(engine, rung.append, clock)
        reaches.say(yard, AWAY)
        clock.pass_by(31)
        reaches.write()
    assert [one.kind for one in rung] == ["stream_lost"]
