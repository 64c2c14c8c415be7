from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from services.core.ids import new_id
from services.store import camera, entry, mode, schedule
from services.store.entry import Entry
from services.store.mode import Standing, Wish
from services.store.schedule import Schedule
from tests.flaskapp.person.cast import a_person
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
HOUR = timedelta(hours=1)


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def wish(mode_id: str, until: datetime | None = None, by: str = "Anna") -> Wish:
    return Wish(new_id(), mode_id, by, "I say so", until)


def enter(engine: Engine, wanted: Wish, at: datetime = NOON) -> str:
    return str(do(engine, lambda connection: mode.enter(connection, wanted, at)))


def now(engine: Engine) -> Standing:
    found: Standing = do(engine, mode.current)
    return found


def back(engine: Engine, at: datetime) -> bool:
    return bool(do(engine, lambda connection: mode.go_back(connection, at)))


def test_a_new_house_has_four_modes_and_is_disarmed(engine: Engine) -> None:
    modes = do(engine, mode.all_modes)
    assert [(one.id, one.name, one.builtin) for one in modes] == [
        ("disarmed", "Disarmed", True),
        ("home", "Home", True),
        ("away", "Away", True),
        ("night", "Night", True),
    ]
    assert now(engine) == Standing("disarmed", "Disarmed")


def test_the_newest_change_counts_and_all_are_kept(engine: Engine) -> None:
    assert enter(engine, wish("away")) == "set"
    wanted = wish("night", by="schedule Nights")
    assert enter(engine, wanted, NOON + HOUR) == "set"
    assert now(engine) == Standing(
        "night", "Night", wanted.id, NOON + HOUR, "schedule Nights", "I say so", None, "away"
    )
    history = do(engine, lambda connection: mode.history(connection, 50))
    assert [(one.mode_id, one.previous_mode_id) for one in history] == [("night", "away"), ("away", None)]


def test_modes_whose_names_come_to_the_same_slug_have_ids_of_their_own(engine: Engine) -> None:
    names = ("в отпуске", "гости", "客人", "Night!")
    with engine.begin() as connection:
        ids = [mode.add(connection, name) for name in names]
    assert ids == ["unnamed", "unnamed-2", "unnamed-3", "night-2"]
    assert [one.name for one in do(engine, mode.all_modes)][4:] == list(names)


def test_a_wish_that_comes_twice_changes_nothing(engine: Engine) -> None:
    wanted = wish("away")
    assert [enter(engine, one) for one in (wanted, wish("home"), wanted)] == ["set", "set", "known"]
    assert now(engine).mode_id == "home"


def test_a_mode_that_is_none_is_refused(engine: Engine) -> None:
    assert enter(engine, wish("party")) == "unknown_mode"
    assert now(engine).since is None


def test_changes_at_one_moment_or_after_the_clock_was_put_back_stay_in_their_order(engine: Engine) -> None:
    enter(engine, wish("away"), NOON + HOUR)
    enter(engine, wish("home"), NOON)
    assert (now(engine).mode_id, now(engine).since) == ("home", NOON + HOUR + timedelta(microseconds=1))


def test_when_its_time_is_up_the_mode_before_comes_back_once(engine: Engine) -> None:
    enter(engine, wish("night"))
    enter(engine, wish("disarmed", until=NOON + HOUR), NOON)
    assert not back(engine, NOON + HOUR - timedelta(seconds=1))
    assert back(engine, NOON + HOUR)
    assert not back(engine, NOON + 2 * HOUR)
    present = now(engine)
    assert (present.mode_id, present.set_by, present.reason, present.until) == (
        "night",
        "timer",
        "the time for Disarmed is up",
        None,
    )


def test_a_time_that_is_made_longer_still_leads_back_to_the_mode_before(engine: Engine) -> None:
    enter(engine, wish("night"))
    enter(engine, wish("disarmed", until=NOON + HOUR))
    enter(engine, wish("disarmed", until=NOON + 2 * HOUR))
    assert not back(engine, NOON + HOUR)
    assert back(engine, NOON + 2 * HOUR)
    assert now(engine).mode_id == "night"


def test_what_was_first_set_until_a_time_leads_back_to_disarmed(engine: Engine) -> None:
    enter(engine, wish("away", until=NOON + HOUR))
    assert back(engine, NOON + HOUR)
    assert now(engine).mode_id == "disarmed"


def test_a_mode_of_ones_own_comes_last_may_be_renamed_and_removed(engine: Engine) -> None:
    do(engine, lambda connection: mode.add(connection, "Party"))
    do(engine, lambda connection: mode.rename(connection, "party", "Garden party"))
    assert do(engine, mode.all_modes)[-1] == mode.Mode("party", "Garden party", 5, False)
    enter(engine, wish("party"))
    enter(engine, wish("home", until=NOON + HOUR))
    do(engine, lambda connection: mode.remove(connection, "party"))
    history = do(engine, lambda connection: mode.history(connection, 50))
    assert [one.name for one in history] == ["Home", "party"]
    assert back(engine, NOON + HOUR)
    assert now(engine).mode_id == "disarmed"


def test_a_shipped_mode_stays(engine: Engine) -> None:
    do(engine, lambda connection: mode.remove(connection, "away"))
    assert len(do(engine, mode.all_modes)) == 4


def test_two_modes_cannot_have_one_name(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        do(engine, lambda connection: mode.add(connection, "night"))


def test_one_knows_who_speaks_of_a_mode(engine: Engine) -> None:
    nights = Schedule(new_id(), "Nights", [], [], True, "night", "home")
    do(engine, lambda connection: schedule.add(connection, nights))
    do(engine, lambda connection: camera.register(connection, "Gate", NOON))
    do(engine, lambda connection: camera.change(connection, "gate", alert_modes=["night", "away"]))
    a_person(engine, "Anna", modes=["home"])
    with engine.begin() as connection:
        users = {one: mode.users(connection, one) for one in ("night", "home", "disarmed")}
    assert users == {"night": ["Gate", "Nights"], "home": ["Anna", "Nights"], "disarmed": []}


def test_a_mode_is_found_by_its_id(engine: Engine) -> None:
    assert do(engine, lambda connection: mode.find(connection, "away")).name == "Away"
    assert do(engine, lambda connection: mode.find(connection, "party")) is None


def test_a_wish_that_came_late_gives_way_to_what_was_set_since(engine: Engine) -> None:
    late = replace(wish("disarmed"), asked_at=NOON - timedelta(minutes=20))
    with engine.begin() as connection:
        mode.enter(connection, wish("away"), NOON - timedelta(minutes=10))
        assert mode.enter(connection, late, NOON) == "overtaken"
        assert mode.current(connection).mode_id == "away"
        early = replace(wish("night"), asked_at=NOON - timedelta(minutes=5))
        assert mode.enter(connection, early, NOON) == "set"


def with_delays(engine: Engine, mode_id: str, exit_s: int, entry_s: int = 0) -> None:
    do(engine, lambda connection: mode.delay(connection, mode_id, exit_s, entry_s))


def test_a_mode_with_an_exit_delay_is_arming_until_it_is_over(engine: Engine) -> None:
    with_delays(engine, "away", 30, 45)
    enter(engine, wish("away"))
    present = now(engine)
    end = NOON + timedelta(seconds=30)
    assert (present.arming_until, present.entry_s) == (end, 45)
    assert [present.arming_at(moment) for moment in (NOON, end - mode.TICK, end)] == [end, end, None]


def test_who_chooses_the_present_mode_again_arms_it_no_earlier_and_no_later(engine: Engine) -> None:
    with_delays(engine, "away", 30)
    enter(engine, wish("away"))
    enter(engine, wish("away"), NOON + timedelta(seconds=20))
    assert now(engine).arming_until == NOON + timedelta(seconds=30)
    enter(engine, wish("away"), NOON + timedelta(seconds=40))
    assert now(engine).arming_until is None


def test_what_comes_back_by_itself_or_by_a_schedule_is_armed_at_once_unless_the_schedule_gives_time(
    engine: Engine,
) -> None:
    with_delays(engine, "night", 30)
    enter(engine, wish("night"), NOON - HOUR)
    enter(engine, wish("disarmed", until=NOON))
    assert back(engine, NOON)
    assert now(engine).arming_until is None
    for gives_time, until in ((False, None), (True, NOON + HOUR + timedelta(seconds=30))):
        enter(engine, wish("home"), NOON + HOUR)
        nights = Schedule(new_id(), f"Nights {gives_time}", [], [], True, "night", "home", gives_time)
        do(engine, partial(schedule.add, made=nights))
        wanted = replace(wish("night"), schedule_id=nights.id)
        enter(engine, wanted, NOON + HOUR)
        present = now(engine)
        assert present.mode_id == "night"
        left = present.arming_until - present.since if present.arming_until and present.since else None
        assert left == (timedelta(seconds=30) if until else None)


def test_a_disarmed_house_has_no_delays(engine: Engine) -> None:
    with pytest.raises((IntegrityError, OperationalError)):
        with_delays(engine, "disarmed", 30)


def test_another_mode_answers_what_is_pending_and_a_schedules_does_not(engine: Engine) -> None:
    enter(engine, wish("away"), NOON - HOUR)
    made = Entry(new_id(), "away", "Front door: open", NOON, NOON + timedelta(seconds=30))
    do(engine, lambda connection: entry.begin(connection, made))
    enter(engine, replace(wish("night"), schedule_id=new_id()))
    assert do(engine, lambda connection: entry.present(connection, NOON)) == made
    enter(engine, wish("away"), NOON + timedelta(seconds=1))
    assert do(engine, lambda connection: entry.present(connection, NOON)) == made
    enter(engine, wish("disarmed"), NOON + timedelta(seconds=2))
    answered = do(engine, lambda connection: entry.find(connection, made.id))
    assert (answered.answered_by, answered.answer) == ("Anna", "disarmed")
    assert answered.ended_at == NOON + timedelta(seconds=2)
