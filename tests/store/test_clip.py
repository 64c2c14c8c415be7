from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from services.store import clip
from services.store.clip import Clip, Footage, Wish
from tests.pictures import NOON
from tests.store.recordings import recorded_camera

pytestmark = pytest.mark.mariadb
PRE, POST = timedelta(seconds=5), timedelta(seconds=10)
FOOTAGE = Footage("recordings/2026-05-01/yard-clip-1.mp4", NOON, NOON + POST, 5000)


@pytest.fixture
def yard(engine: Engine) -> str:
    return recorded_camera(engine)


def wish(camera_id: str, seconds: float = 0, because: str = "motion", detail: str = "") -> Wish:
    at = NOON + timedelta(seconds=seconds)
    return Wish(camera_id, because, at - PRE, at + POST, at, detail)


def asked(engine: Engine, one: Wish) -> str:
    with engine.begin() as connection:
        made = clip.want(connection, one, NOON)
    assert made
    return made


def found(engine: Engine, clip_id: str) -> Clip:
    with engine.connect() as connection:
        one = clip.find(connection, clip_id)
    assert one
    return one


def cut(engine: Engine, clip_id: str, at: datetime = NOON + POST) -> None:
    with engine.begin() as connection:
        clip.settle(connection, at)
        assert clip.claim(connection, clip_id, "w", at)


def test_wishes_that_touch_become_one_clip(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard, detail="motion"))
    assert asked(engine, wish(yard, 14, "sighting", "person arrived")) == first
    one = found(engine, first)
    assert (one.from_at, one.to_at, one.state) == (NOON - PRE, NOON + timedelta(seconds=24), "open")
    assert (one.because, one.detail) == ("motion", "motion; person arrived")
    assert asked(engine, wish(yard, 60)) != first


def test_what_a_person_asks_for_stays_as_they_asked_for_it(engine: Engine, yard: str) -> None:
    mine = asked(engine, wish(yard, because="asked"))
    assert asked(engine, wish(yard)) != mine
    assert asked(engine, wish(yard, because="asked")) != mine


def go_on(engine: Engine, yard: str, seconds: float) -> None:
    now = NOON + timedelta(seconds=seconds)
    with engine.begin() as connection:
        clip.go_on(connection, yard, now, now + POST)


def all_of(engine: Engine, yard: str) -> list[Clip]:
    with engine.connect() as connection:
        return clip.between(connection, yard, NOON - clip.LONGEST, NOON + 10 * clip.LONGEST)


@pytest.mark.parametrize("because", ["asked", "rule"])
def test_what_was_asked_for_ends_when_they_said_whatever_still_moves(engine: Engine, yard: str, because: str) -> None:
    mine = asked(engine, wish(yard, because=because))
    for seconds in (0, 5, 11):
        go_on(engine, yard, seconds)
    assert found(engine, mine).to_at == NOON + POST
    others = all_of(engine, yard)[1:]
    assert [one.from_at for one in others] == ([NOON + POST] if because == "rule" else [])


def test_one_that_waits_opens_again_when_it_grows(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard))
    with engine.begin() as connection:
        assert clip.settle(connection, NOON + POST) == 1
        assert [one.id for one in clip.waiting(connection)] == [first]
    assert asked(engine, wish(yard, 9)) == first
    assert found(engine, first).state == "open"


def test_what_moves_for_twenty_five_minutes_is_shown_by_clips_one_behind_the_other(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard, detail="motion"))
    for seconds in range(0, 1500, 10):
        go_on(engine, yard, seconds)
    asked(engine, wish(yard, 1500, detail="motion"))
    shown = all_of(engine, yard)
    assert shown[0].id == first
    assert [one.from_at for one in shown[1:]] == [one.to_at for one in shown[:-1]], "contiguous"
    assert (shown[0].from_at, shown[-1].to_at) == (NOON - PRE, NOON + timedelta(seconds=1500) + POST)
    assert all(one.to_at - one.from_at <= clip.LONGEST + POST for one in shown)
    assert [one.detail for one in shown] == ["motion", clip.GOES_ON, f"{clip.GOES_ON}; motion"]
    assert {one.because for one in shown} == {"motion"}


def test_what_begins_in_a_clip_that_is_long_enough_goes_on_where_that_one_ends(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard))
    for seconds in range(0, 600, 10):
        go_on(engine, yard, seconds)
    end = found(engine, first).to_at
    inside = (end - NOON).total_seconds()
    assert asked(engine, wish(yard, inside - POST.total_seconds())) == first, "all of it is there"
    second = asked(engine, wish(yard, inside - 1, "sighting", "person arrived"))
    assert found(engine, second).from_at == end
    assert asked(engine, wish(yard, inside + 1, "sighting", "cat arrived")) == second
    assert found(engine, second).from_at == end, "what is before it is shown by the first one"
    assert found(engine, first).to_at == end


def test_with_the_database_away_for_an_hour_it_goes_on_with_the_last_ten_minutes(engine: Engine, yard: str) -> None:
    asked(engine, wish(yard))
    go_on(engine, yard, 3600)
    go_on(engine, yard, 3601)
    (_, second) = all_of(engine, yard)
    assert second.from_at == NOON + timedelta(seconds=3600) - clip.LONGEST


def test_a_moment_that_a_clip_shows_already_needs_none_but_who_asks_gets_one(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard))
    cut(engine, first)
    assert asked(engine, wish(yard, 2, "sighting")) == first
    assert asked(engine, wish(yard, 2, "asked")) != first


def test_one_worker_cuts_and_what_it_made_is_ready(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard))
    cut(engine, first)
    with engine.begin() as connection:
        assert not clip.claim(connection, first, "other", NOON)
        assert not clip.ready(connection, first, "other", FOOTAGE, NOON)
        assert clip.ready(connection, first, "w", FOOTAGE, NOON)
        assert clip.without_preview(connection) == found(engine, first) or clip.set_preview(connection, first, "made")
    one = found(engine, first)
    assert (one.state, one.path, one.attempts, one.claimed_by) == ("ready", FOOTAGE.path, 1, None)


def test_a_claim_that_expires_is_taken_up_again_and_fails_after_the_third(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard))
    for state in ("waiting", "waiting", "failed"):
        cut(engine, first)
        with engine.begin() as connection:
            assert clip.take_back(connection, NOON + POST) == [first]
        assert found(engine, first).state == state
    assert found(engine, first).error == "was begun 3 times and never finished"


def test_a_failure_says_why(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard))
    cut(engine, first)
    with engine.begin() as connection:
        assert clip.fail(connection, first, "w", "there is no footage")
        assert clip.unfinished(connection) == 0
    assert found(engine, first).error == "there is no footage"


def test_only_finished_ones_are_let_go(engine: Engine, yard: str) -> None:
    first, second = asked(engine, wish(yard)), asked(engine, wish(yard, 60))
    cut(engine, first)
    with engine.begin() as connection:
        clip.ready(connection, first, "w", FOOTAGE, NOON)
        free = clip.oldest_free(connection, NOON + 10 * POST, 10)
        assert [one.id for one in free] == [first]
        assert clip.let_go(connection, free, "too old", NOON) == 1
        assert clip.find(connection, first) is None
        assert clip.find(connection, second)


def test_a_camera_that_nobody_knows_gets_no_clip(engine: Engine) -> None:
    with engine.begin() as connection:
        assert clip.want(connection, wish("nobody"), NOON) is None


def test_a_clip_that_its_camera_sent_is_written_once(engine: Engine, yard: str) -> None:
    first = asked(engine, wish(yard))
    cut(engine, first)
    with engine.begin() as connection:
        clip.ready(connection, first, "w", FOOTAGE, NOON)
    one = replace(found(engine, first), id="0" * 36, because="sent", path="recordings/2026-05-01/sent.mp4")
    with engine.begin() as connection:
        clip.add_sent(connection, one)
        clip.add_sent(connection, one)
        assert clip.find(connection, one.id) == one
