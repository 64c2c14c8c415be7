import threading

import pytest
from sqlalchemy import Engine

from services.core.settings import Settings
from services.notifier.steward import Steward
from services.notifier.summaries import Summaries
from services.store.engine import connect
from tests.notifier.cast import HeldClock, MailServer, Scene, with_mail
from tests.notifier.house import House

pytestmark = pytest.mark.mariadb


@pytest.fixture
def house(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings, mail_server: MailServer) -> House:
    return House(engine, clock, scene, with_mail(settings, mail_server.port))


def test_the_counts_are_those_of_the_last_round(house: House) -> None:
    assert house.steward.counts() == {}
    house.see()
    house.steward.go()
    assert house.steward.counts() == {"telling": 1, "deliveries_due": 1}
    house.send()
    house.steward.go()
    assert house.steward.counts() == {"telling": 0, "deliveries_due": 0}


def test_the_senders_are_woken_while_something_is_due(house: House) -> None:
    woken: list[None] = []
    summaries = Summaries(house.engine, house.clock, None, "http://house")
    steward = Steward(
        house.engine, house.clock, summaries, lambda: woken.append(None), house.rung.append, house.release
    )
    steward.go()
    assert woken == []
    house.see()
    steward.go()
    assert len(woken) == 1


def test_it_goes_on_when_the_database_was_away(house: House, settings: Settings) -> None:
    nobody = connect(settings.model_copy(update={"db_port": 1}))
    steward = Steward(
        nobody, house.clock, Summaries(nobody, house.clock, None, ""), lambda: None, house.rung.append, house.release
    )
    stopping, beats = threading.Event(), []

    def beat() -> None:
        beats.append(1)
        if len(beats) == 2:
            stopping.set()

    steward.keep_going(stopping, beat)
    assert len(beats) == 2
