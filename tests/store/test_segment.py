from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.store import clip, garbage, recording, segment
from services.store.clip import Wish
from tests.pictures import NOON
from tests.store.recordings import a_segment, recorded_camera

pytestmark = pytest.mark.mariadb
MINUTE = timedelta(minutes=1)


def test_a_record_that_comes_twice_is_one_row(engine: Engine) -> None:
    one = a_segment(engine, recorded_camera(engine), NOON)
    with engine.begin() as connection:
        segment.add(connection, [one])
        assert segment.between(connection, "yard", NOON, NOON + MINUTE) == [one]
        assert segment.bytes_of(connection) == 1000


def test_a_span_finds_what_overlaps_it_in_order(engine: Engine) -> None:
    yard = recorded_camera(engine)
    made = [a_segment(engine, yard, NOON + minutes * MINUTE) for minutes in (5, 0, 10)]
    with engine.connect() as connection:
        found = segment.between(connection, yard, NOON + 4 * MINUTE, NOON + 10 * MINUTE)
        assert found == [made[1], made[0]]
        assert segment.newest(connection, yard) == made[2]


def test_a_row_that_lasts_no_time_is_no_stumbling_block(engine: Engine) -> None:
    yard = recorded_camera(engine)
    made = [a_segment(engine, yard, NOON, 300), a_segment(engine, yard, NOON + 5 * MINUTE, 0, path="recordings/0.mp4")]
    made.append(a_segment(engine, yard, NOON + 5 * MINUTE, 300))
    with engine.connect() as connection:
        assert segment.between(connection, yard, NOON, NOON + 10 * MINUTE) == made
        assert segment.between(connection, yard, NOON + 5 * MINUTE, NOON + 6 * MINUTE) == made[2:]
        amount = recording.amounts(connection, NOON, NOON + 60 * MINUTE)[yard]
    assert amount.seconds == 600


def test_the_newest_without_a_preview_comes_first(engine: Engine) -> None:
    yard = recorded_camera(engine)
    old, new = (a_segment(engine, yard, NOON + minutes * MINUTE) for minutes in (0, 5))
    with engine.begin() as connection:
        assert segment.without_preview(connection) == new
        assert segment.set_preview(connection, new.id, "made")
        assert segment.without_preview(connection) == old


def test_what_is_kept_or_an_unfinished_clip_needs_is_not_free(engine: Engine) -> None:
    yard = recorded_camera(engine)
    free, _, kept = (a_segment(engine, yard, NOON + minutes * MINUTE) for minutes in (0, 5, 10))
    with engine.begin() as connection:
        recording.keep(connection, kept, True)
        at = NOON + 6 * MINUTE
        clip.want(connection, Wish(yard, "asked", at, at + MINUTE, at), NOON)
        assert segment.oldest_free(connection, NOON + 60 * MINUTE, 10) == [free]
        assert segment.oldest_free(connection, NOON + MINUTE, 10) == []


def test_what_is_let_go_leaves_its_files_to_the_sweeper_with_those_beside_it(engine: Engine) -> None:
    one = a_segment(engine, recorded_camera(engine), NOON, preview="made")
    with engine.begin() as connection:
        assert garbage.wanted(connection, [one.path]) == {one.path}
        assert segment.let_go(connection, [one], "too old", NOON) == 1
        assert segment.find(connection, one.id) is None
        stem = one.path.removesuffix(".mp4")
        assert set(garbage.some(connection, "", 10)) == {one.path, f"{stem}.jpg", f"{stem}.preview.mp4"}
        assert garbage.wanted(connection, [one.path]) == set()
