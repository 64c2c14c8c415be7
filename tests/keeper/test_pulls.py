"""Pulls of pictures that nobody comes to."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew
from services.core.settings import Settings
from services.core.snapshot_messages import SnapshotResult, WorkSnapshot
from services.keeper.bells import Bells
from services.keeper.pulls import Pulls
from services.store import pull
from services.store.pull import Pull
from tests.cameras import hang_up
from tests.ear import Ear
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]


def wanted(engine: Engine) -> str:
    alert = pull.alert_of("Door: open", None, None, NOON)
    made = Pull(new_id(), "cellar", "rule Door", NOON, NOON + pull.IN_TIME, alert=alert)
    with engine.begin() as connection:
        hang_up(connection)
        pull.want(connection, made)
    return made.id


def test_what_waits_is_rung_for_and_ends_in_words_when_nobody_wants_it_any_more(
    engine: Engine, house: Settings, bus: Bus
) -> None:
    clock, pull_id = HeldClock(), wanted(engine)
    pulls = Pulls(Bells(engine, bus, clock), engine, bus, clock)
    with Ear(house, [WorkSnapshot, SnapshotResult, EventNew]) as ear:
        pulls.ring_for_waiting()
        clock.pass_by(6)
        pulls.ring_for_waiting()
        (bell,) = ear.wait(WorkSnapshot)
        assert (bell.pull_id, bell.asked_by, bell.expires_at) == (pull_id, "rule Door", NOON + pull.IN_TIME)
        pulls.end_overdue()
        clock.pass_by(timedelta(minutes=1).total_seconds())
        pulls.end_overdue()
        (result,) = ear.wait(SnapshotResult)
        assert (result.pull_id, result.outcome) == (pull_id, "expired")
        assert "without a picture" in ear.wait(EventNew)[0].detail
        pulls.ring_for_waiting()
        assert len(ear.heard(WorkSnapshot)) == 1
