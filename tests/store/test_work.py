import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from services.core.media import Media
from services.store import camera, work, zone
from services.store.seeing import Seeing
from services.store.work import Held, Job
from services.store.zone import Zone
from tests.pictures import NOON, Album

pytestmark = pytest.mark.mariadb
LATER = NOON + timedelta(minutes=1)
TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.5, 0.75))


@pytest.fixture
def album(engine: Engine, tmp_path: Path) -> Album:
    return Album(engine, Media(tmp_path))


def ask(engine: Engine, what: Callable[[Connection], object]) -> object:
    with engine.begin() as connection:
        return what(connection)


def take(engine: Engine, after: str = "", worker: str = "w") -> Job | None:
    with engine.begin() as connection:
        return work.claim(connection, after, worker, LATER)


def held(job: Job | None, worker: str = "w") -> Held:
    assert job
    return Held(job.image_id, job.camera_id, worker, job.attempts)


def test_a_picture_is_wanted_once(engine: Engine, album: Album) -> None:
    image_id = album.add()
    assert ask(engine, lambda connection: work.want(connection, image_id, NOON))
    assert not ask(engine, lambda connection: work.want(connection, image_id, LATER))
    assert (album.get(image_id).state, album.get(image_id).decided_at) == ("pending", NOON)


def test_a_kept_picture_is_settled_and_cannot_be_wanted_any_more(engine: Engine, album: Album) -> None:
    image_id = album.add()
    assert ask(engine, lambda connection: work.keep(connection, image_id, NOON))
    assert not ask(engine, lambda connection: work.want(connection, image_id, LATER))
    row = album.get(image_id)
    assert (row.state, row.decided_at, row.judged_at) == ("kept", NOON, NOON)


@pytest.mark.parametrize("state", ["new", "kept"])
def test_a_picture_that_somebody_asks_for_is_wanted_once_also_when_it_was_kept(
    engine: Engine, album: Album, state: str
) -> None:
    image_id = album.add(state=state, judged_at=NOON)
    assert ask(engine, lambda connection: work.want_asked(connection, image_id, LATER))
    assert not ask(engine, lambda connection: work.want_asked(connection, image_id, LATER))
    row = album.get(image_id)
    assert (row.state, row.decided_at, row.judged_at) == ("pending", LATER, None)


def test_the_newest_picture_of_each_camera_is_taken_in_turn(engine: Engine, album: Album) -> None:
    ids = {name: [album.pending(name) for _ in range(3)] for name in ("a", "b", "c")}
    order, last = [], ""
    while job := take(engine, last):
        order.append(job.image_id)
        last = job.camera_id
    assert order == [ids[name][number] for number in (2, 1, 0) for name in ("a", "b", "c")]


def test_a_claimed_picture_says_what_its_camera_wants(engine: Engine, album: Album) -> None:
    image_id = album.pending()
    job = take(engine)
    assert job == Job(
        image_id=image_id,
        camera_id="front-door",
        path=album.get(image_id).path,
        bytes=len(album.data),
        captured_at=album.at,
        received_at=album.at,
        attempts=1,
        seeing=Seeing(),
    )
    row = album.get(image_id)
    assert (row.state, row.claimed_by, row.claim_expires_at) == ("detecting", "w", LATER)


def test_a_claim_brings_the_rules_of_seeing_as_they_are_at_that_moment(engine: Engine, album: Album) -> None:
    album.pending()
    album.pending()
    assert take(engine)
    rules: dict[str, Any] = {
        "labels": ["person", "dog"],
        "min_score": 0.5,
        "label_scores": {"dog": 0.75},
        "night_min_score": 0.625,
        "min_area": 0.25,
        "max_area": 0.5,
        "min_height": 0.125,
        "crops": "tiles4",
    }
    mask, path = Zone("0198", "mask", "Street", TRIANGLE, ("car",)), Zone("0199", "zone", "Path", TRIANGLE)
    with engine.begin() as connection:
        camera.change(connection, "front-door", **rules)
        zone.add(connection, "front-door", mask, NOON)
        zone.add(connection, "front-door", path, NOON)
    job = take(engine)
    assert job
    wanted = {**rules, "labels": frozenset({"person", "dog"})}
    assert job.seeing == Seeing(**wanted, masks=(mask,), zones=(path,))


def test_workers_that_race_take_each_picture_once(engine: Engine, album: Album) -> None:
    wanted = [album.pending(f"camera {number % 3}") for number in range(60)]
    taken: list[str] = []
    start = threading.Barrier(4)

    def race(name: str) -> None:
        start.wait()
        last, empty = "", 0
        while empty < 3:
            job = take(engine, last, name)
            if job is None:
                empty += 1
                continue
            taken.append(job.image_id)
            last = job.camera_id

    threads = [threading.Thread(target=race, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(taken) == Counter(wanted)


def test_an_unfinished_picture_waits_again_and_fails_after_the_third_attempt(engine: Engine, album: Album) -> None:
    image_id = album.pending()
    states = []
    for _ in range(3):
        one = held(take(engine))
        with engine.begin() as connection:
            states.append(work.put_back(connection, one, NOON, "too slow"))
    assert states == ["pending", "pending", "failed"]
    row = album.get(image_id)
    assert (row.state, row.error, row.attempts) == ("failed", "too slow", 3)
    assert (row.detected_at, row.judged_at, row.claimed_by) == (NOON, NOON, None)


def test_a_claim_that_another_worker_has_taken_over_is_not_put_back(engine: Engine, album: Album) -> None:
    image_id = album.pending()
    one = held(take(engine))
    album.set(image_id, claimed_by="other")
    assert ask(engine, lambda connection: work.put_back(connection, one, NOON, "late")) is None
    assert album.get(image_id).state == "detecting"


def test_a_picture_that_was_not_begun_goes_back_without_counting(engine: Engine, album: Album) -> None:
    image_id = album.pending()
    one = held(take(engine))
    assert ask(engine, lambda connection: work.return_untouched(connection, one))
    assert (album.get(image_id).state, album.get(image_id).attempts) == ("pending", 0)


def test_only_claims_whose_time_is_over_are_expired(engine: Engine, album: Album) -> None:
    image_id = album.pending()
    take(engine)
    assert ask(engine, lambda connection: work.expired(connection, LATER - timedelta(seconds=1), 10)) == []
    found = ask(engine, lambda connection: work.expired(connection, LATER, 10))
    assert found == [Held(image_id, "front-door", "w", 1)]


def test_a_workers_own_claims_are_told_from_those_of_workers_with_similar_names(engine: Engine, album: Album) -> None:
    mine, other = album.pending(), album.pending()
    claim = {"state": "detecting", "claim_expires_at": LATER, "attempts": 1}
    album.set(mine, claimed_by="a_1.xyz", **claim)
    album.set(other, claimed_by="ab1.xyz", **claim)
    found = ask(engine, lambda connection: [one.image_id for one in work.held_by(connection, "a_1.", 10)])
    assert found == [mine]


def test_what_waits_for_a_plan_is_given_newest_first_then_oldest(engine: Engine, album: Album) -> None:
    ids = [album.add() for _ in range(10)]
    album.pending()
    with engine.connect() as connection:
        found = [one.image_id for one in work.waiting_for_plan(connection, "front-door", album.at, 4)]
        none = work.waiting_for_plan(connection, "front-door", album.at - timedelta(minutes=1), 4)
    assert found == [ids[9], ids[8], ids[0], ids[1]]
    assert none == []


def test_only_cameras_with_such_pictures_are_named(engine: Engine, album: Album) -> None:
    album.add("a")
    album.pending("b")
    with engine.connect() as connection:
        assert work.cameras_with(connection, "new") == ["a"]
        assert work.cameras_with(connection, "pending") == ["b"]
