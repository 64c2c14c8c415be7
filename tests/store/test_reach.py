from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from services.store import access, event, reach
from tests.cameras import hang_up
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
WRONG = "The account or password is wrong."


def tries(connection: Connection, *states: str, way: reach.Way = "snapshot", began: int = 0) -> list[str | None]:
    """The kinds of the events that tries led to, one a second."""
    told = []
    for count, state in enumerate(states, began):
        at = NOON + timedelta(seconds=count)
        made = reach.note(connection, "cellar", way, state, "" if state == "ok" else WRONG, at, at)
        told.append(made.kind if made else None)
    return told


def test_a_state_is_known_at_once_and_since_when(engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
        tries(connection, "ok", "refused", "refused")
        found = reach.find(connection, "cellar", "snapshot")
    assert found is not None
    assert (found.state, found.detail, found.failures) == ("refused", WRONG, 2)
    assert found.since == NOON + timedelta(seconds=1)
    assert found.tried_at == NOON + timedelta(seconds=2)
    assert found.well_at == NOON


def test_only_a_camera_that_fails_again_and_again_is_an_event_and_its_return_too(engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
        assert tries(connection, "refused", "slow", "ok") == [None] * 3
        assert tries(connection, "slow", "away", "slow", "slow", began=3) == [None, None, "camera_unreachable", None]
        assert tries(connection, "ok", "ok", began=7) == ["camera_reached", None]


def test_the_event_says_what_is_wrong_and_waits_for_a_verdict(engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
        tries(connection, "refused", "refused", "refused")
        (found,) = event.waiting_for_verdict(connection, NOON + timedelta(minutes=1), 10)
    assert (found.kind, found.camera_id, found.detail) == ("camera_unreachable", "cellar", f"its pictures: {WRONG}")


def test_each_way_has_a_state_of_its_own(engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
        tries(connection, "ok")
        tries(connection, "away", way="stream")
        found = reach.all_reaches(connection)
    assert {key: one.state for key, one in found.items()} == {
        ("cellar", "snapshot"): "ok",
        ("cellar", "stream"): "away",
    }


def test_an_older_try_and_one_of_a_removed_address_change_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        hang_up(connection)
        tries(connection, "ok", began=5)
        tries(connection, "away")
        found = reach.find(connection, "cellar", "snapshot")
        assert found is not None
        assert found.state == "ok"
        access.remove(connection, "cellar")
        assert tries(connection, "away", "away", "away", began=9) == [None] * 3
        assert reach.find(connection, "cellar", "snapshot") is None
