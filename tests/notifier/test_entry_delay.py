"""Alerts that wait for somebody to disarm the house."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.alert_messages import AlertDecision
from services.core.ids import new_id
from services.core.messages import ConfigChanged
from services.core.settings import Settings
from services.store import decision as decisions
from services.store import entry, held, mode
from services.store.alert_tables import decision
from services.store.mode import Wish
from services.store.rule_tables import entry as entries
from services.store.rule_tables import held_alert
from tests.notifier.cast import NOON, HeldClock, Scene, request, with_mail
from tests.notifier.house import House

pytestmark = pytest.mark.mariadb
NOBODY = 1
"""No mail server is there: nothing is sent in these tests."""


@pytest.fixture
def home(engine: Engine, clock: HeldClock, scene: Scene, settings: Settings) -> House:
    made = House(engine, clock, scene, with_mail(settings, NOBODY))
    enter(made, "away")
    return made


def enter(home: House, mode_id: str) -> None:
    with home.engine.begin() as connection:
        mode.enter(connection, Wish(new_id(), mode_id, "Anna", "I say so"), home.clock.now())


def outcomes(home: House) -> list[str]:
    return [row.outcome for row in home.rows(decision)]


def test_an_alert_of_a_way_in_waits_and_the_house_is_pending(home: House) -> None:
    home.see(entry_s=30)
    assert (outcomes(home), len(home.rows(held_alert))) == ([], 1)
    with home.engine.connect() as connection:
        pending = entry.present(connection, home.clock.now())
    assert pending is not None
    assert (pending.said, pending.until, pending.mode_id) == (
        "Front Door: person",
        NOON + timedelta(seconds=30),
        "away",
    )
    assert [one.noun for one in home.rung if isinstance(one, ConfigChanged)] == ["modes"]


def test_nobody_disarms_it_and_everybody_is_told_once_though_the_picture_is_old_by_then(home: House) -> None:
    home.see(entry_s=200)
    home.clock.move(seconds=199)
    home.release()
    assert outcomes(home) == []
    home.clock.move(seconds=1)
    home.release()
    home.release()
    assert (outcomes(home), home.rows(held_alert)) == (["telling"], [])
    assert [one.outcome for one in home.rung if isinstance(one, AlertDecision)] == ["telling"]


def test_somebody_disarms_it_in_time_and_nobody_is_told_and_the_reason_is_kept(home: House) -> None:
    home.see(entry_s=30)
    home.clock.move(seconds=29)
    enter(home, "disarmed")
    home.release()
    made = home.only(decision)
    assert made.outcome == "not_told"
    assert made.reasons == ["disarmed by Anna in time", "person (87 %) is an alert label of Front Door"]


def test_what_is_seen_meanwhile_waits_for_the_same_moment(home: House) -> None:
    home.see(entry_s=30)
    home.clock.move(seconds=20)
    home.see("car", entry_s=30)
    assert len(home.rows(entries)) == 1
    home.clock.move(seconds=10)
    home.release()
    assert outcomes(home) == ["telling", "telling"]


def test_an_alert_that_would_not_be_told_in_any_case_waits_for_nobody(home: House) -> None:
    home.see("car", tell=False, entry_s=30)
    assert (outcomes(home), home.rows(entries)) == (["not_told"], [])


@pytest.mark.parametrize("rule", [decisions.PLATES])
def test_plates_wait_for_nobody(home: House, rule: str) -> None:
    home.see(rule=rule, entry_s=30)
    assert (outcomes(home), home.rows(entries)) == (["telling"], [])


def test_a_request_that_comes_again_while_it_waits_changes_nothing(home: House) -> None:
    image_id = home.see(entry_s=30)
    home.clock.move(seconds=10)
    home.ask(request(image_id, entry_s=30))
    assert (len(home.rows(held_alert)), len(home.rows(entries))) == (1, 1)
    home.clock.move(seconds=20)
    home.release()
    home.ask(request(image_id, entry_s=30))
    assert outcomes(home) == ["telling"]


def test_a_notifier_that_starts_anew_at_any_moment_goes_on_where_the_last_one_was(home: House, scene: Scene) -> None:
    home.see(entry_s=30)
    for seconds, made in ((0, []), (15, []), (15, ["telling"]), (1, ["telling"])):
        home.clock.move(seconds=seconds)
        House(home.engine, home.clock, scene, home.settings).release()
        assert outcomes(home) == made


def test_somebody_who_had_disarmed_it_before_the_request_came_is_in_time(home: House) -> None:
    enter(home, "disarmed")
    home.see(entry_s=30)
    home.release()
    assert home.only(decision).outcome == "not_told"


def test_a_picture_that_is_deleted_while_its_alert_waits_takes_it_along(home: House) -> None:
    image_id = home.see(entry_s=30)
    with home.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM detection WHERE image_id = %s", (image_id,))
        connection.exec_driver_sql("DELETE FROM image WHERE id = %s", (image_id,))
        assert held.due_alerts(connection, NOON + timedelta(seconds=30)) == []
