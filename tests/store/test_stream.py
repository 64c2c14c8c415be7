from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from services.store import stream
from services.store.recording_tables import reach
from tests.pictures import NOON
from tests.store.recordings import recorded_camera

pytestmark = pytest.mark.mariadb


def test_streams_that_are_recorded_or_watched_are_wanted_and_keep_their_secrets(engine: Engine) -> None:
    recorded_camera(engine, "Yard")
    recorded_camera(engine, "Still", records=False, watches=False)
    recorded_camera(engine, "Door", stream_url=None, snapshot_url="http://10.0.0.6/p.jpg")
    with engine.connect() as connection:
        (one,) = stream.wanted(connection)
    assert (one.camera_id, one.source, one.stream_url) == ("yard", "Yard", "rtsp://10.0.0.5/live")
    assert not any(secret in repr(one) for secret in ("pa:ss", "watch:", "10.0.0.5"))


def test_a_state_stands_since_it_began_and_remembers_when_it_was_well(engine: Engine) -> None:
    yard = recorded_camera(engine)
    later = NOON + timedelta(minutes=1)
    with engine.begin() as connection:
        assert stream.last(connection, yard) is None
        stream.note(connection, yard, "ok", "", NOON)
        stream.note(connection, yard, "away", "nobody answers", later)
        stream.note(connection, yard, "away", "nobody answers", later + timedelta(minutes=1))
        row = connection.execute(select(reach)).one()
        assert stream.last(connection, yard) == "away"
    assert (row.state, row.since, row.well_at) == ("away", later, NOON)
    assert row.tried_at == later + timedelta(minutes=1)


def test_a_camera_without_access_is_not_noted(engine: Engine) -> None:
    with engine.begin() as connection:
        stream.note(connection, "nobody", "ok", "", NOON)
        assert stream.last(connection, "nobody") is None
