"""Rules that cut clips: the clip is a row, written with the ruling."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.store import recording
from services.store.clip import Clip
from tests.pictures import NOON
from tests.scribe.test_rulings import NOTHING, ROLLS, House, acts, reasons
from tests.store.recordings import recorded_camera

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CUT = NOTHING | {"kind": "clip", "id": "yard"}
HOUR = timedelta(hours=1)


@pytest.fixture
def home(engine: Engine, bus: Bus) -> House:
    made = House(engine, bus)
    recorded_camera(engine)
    return made


def clips(home: House) -> list[Clip]:
    with home.engine.connect() as connection:
        return recording.clips(connection, "yard", NOON - HOUR, NOON + HOUR)


def test_a_clip_begins_before_the_trigger_and_says_which_rule_wanted_it(home: House) -> None:
    made = home.rule(None, acts(CUT))
    (one,) = clips(home)
    assert (made.outcome, reasons(made)[0]) == ("acted", "a clip of Yard is cut")
    assert (one.because, one.detail, one.state) == ("rule", "rule Siren at night", "open")
    assert (one.from_at, one.to_at) == (NOON - ROLLS.before, NOON + ROLLS.after)


def test_it_goes_on_for_as_long_as_the_rule_says(home: House) -> None:
    home.rule(None, acts(CUT | {"seconds": 90.0}))
    (one,) = clips(home)
    assert one.to_at == NOON + timedelta(seconds=90)


def test_a_verdict_that_comes_twice_is_one_clip(home: House) -> None:
    about = home.happen()
    home.rule(about, acts(CUT))
    home.rule(about, acts(CUT))
    assert len(clips(home)) == 1


def test_two_triggers_soon_after_each_other_are_one_clip_that_shows_both(home: House) -> None:
    home.rule(None, acts(CUT))
    home.clock.pass_by(8)
    home.rule(home.happen("door"), acts(CUT))
    (one,) = clips(home)
    assert one.to_at == NOON + timedelta(seconds=8) + ROLLS.after


def test_a_camera_that_is_not_recorded_is_said_so(home: House) -> None:
    recorded_camera(home.engine, "Attic", records=False)
    made = home.rule(None, acts(CUT | {"id": "attic"}, CUT | {"id": "roof"}))
    assert reasons(made)[:2] == [
        "Attic is not recorded: there is nothing to cut a clip of",
        "roof is not known",
    ]
    assert made.outcome == "not_acted"
