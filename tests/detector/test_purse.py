from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.settings import Settings
from services.detector.plugin import Unavailable
from services.detector.purse import Purse
from services.store.engine import connect
from tests.pictures import HeldClock

pytestmark = pytest.mark.mariadb


def test_calls_may_be_made_until_the_months_number_is_reached(engine: Engine) -> None:
    purse = Purse(engine, HeldClock(), "rekognition", 2)
    purse.spend()
    purse.spend()
    with pytest.raises(Unavailable, match="this month's 2 calls to rekognition are used up"):
        purse.spend()


def test_detectors_share_it_and_a_restart_changes_nothing(engine: Engine) -> None:
    Purse(engine, HeldClock(), "rekognition", 1).spend()
    with pytest.raises(Unavailable):
        Purse(engine, HeldClock(), "rekognition", 1).spend()


def test_the_next_month_begins_anew(engine: Engine) -> None:
    clock = HeldClock()
    purse = Purse(engine, clock, "rekognition", 1)
    purse.spend()
    clock.pass_by(timedelta(days=31).total_seconds())
    purse.spend()


def test_with_the_database_away_no_call_is_made() -> None:
    nowhere = connect(Settings(db_port=9, db_password="none"))
    with pytest.raises(Unavailable, match="the database is away"):
        Purse(nowhere, HeldClock(), "rekognition", 1).spend()
