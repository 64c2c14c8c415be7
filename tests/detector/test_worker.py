"""The detector at work: on a real MariaDB and a real broker, in threads and in processes that die."""

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.health import Health
from services.core.ids import new_id
from services.core.media import Media
from services.core.messages import ImageDetected, WorkDetect
from services.core.settings import Settings
from services.detector import metrics
from services.detector.looking import look
from services.detector.plugin import Detection, Detector, Frame
from services.detector.recorder import Recorder
from services.detector.serving import kind
from services.look import worker as module
from services.look.claiming import Claims
from services.look.worker import HUNG, Tools, Worker
from services.store.detection import Outcome
from services.store.work import Job
from tests.detector.fakes import Scripted
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto, wait_until
from tests.pictures import NOON, Album, jpeg
from tests.processes import process
from tests.workers import at_work

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = SystemClock()
PROGRAM = "tests.detector.worker_process"
Running = Callable[..., AbstractContextManager[Worker[Job, Outcome]]]


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


@pytest.fixture
def album(engine: Engine, house: Settings) -> Album:
    Media(house.media).prepare()
    return Album(engine, Media(house.media))


@pytest.fixture
def ear(house: Settings) -> Iterator[Ear]:
    with Ear(house, [ImageDetected]) as made:
        yield made


def tools_of(detector: Detector, claims: Claims[Job], bus: Bus, house: Settings, engine: Engine) -> Tools[Job, Outcome]:
    write = Recorder(engine, bus, CLOCK, claims.worker).write
    return Tools(claims, partial(look, detector, CLOCK), write, metrics, Media(house.media), CLOCK, Health(CLOCK))


@pytest.fixture
def running(engine: Engine, house: Settings) -> Running:
    @contextmanager
    def run(detector: Detector, instance: str = "1") -> Iterator[Worker[Job, Outcome]]:
        settings = house.model_copy(update={"instance": instance})
        bus = Bus(settings, "detector", CLOCK)
        claims = Claims(kind(CLOCK), engine, bus, CLOCK, instance, 20)
        tools = tools_of(detector, claims, bus, house, engine)
        with at_work(tools, bus, WorkDetect, "detector") as worker:
            yield worker

    return run


def bell(image_id: str) -> WorkDetect:
    return WorkDetect.make(CLOCK, "nodered", image_id=image_id, camera_id="front-door", reasons=["its plan"])


def test_a_bell_makes_a_new_picture_detected_and_rings_on(running: Running, album: Album, ear: Ear) -> None:
    image_id = album.add()
    with running(Scripted()):
        ear.say(bell(image_id))
        (told,) = ear.wait(ImageDetected)
    row = album.get(image_id)
    assert (row.state, row.attempts, row.judged_at, row.decided_at is not None) == ("detected", 1, None, True)
    assert (told.image_id, told.outcome, told.model) == (image_id, "detected", "scripted")
    assert [(one.label, one.box) for one in told.detections] == [("person", (0.1, 0.2, 0.5, 0.8))]


def test_the_outcome_of_an_empty_picture_is_told_too(running: Running, album: Album, ear: Ear) -> None:
    image_id = album.add()
    with running(Scripted(lambda _: [])):
        ear.say(bell(image_id))
        (told,) = ear.wait(ImageDetected)
    assert (told.outcome, told.detections) == ("detected", [])
    assert album.get(image_id).judged_at is not None


def test_a_picture_that_cannot_be_looked_at_fails_and_holds_up_no_other(
    running: Running, album: Album, ear: Ear
) -> None:
    broken, missing, good = album.pending(data=b"\xff\xd8 not whole"), album.pending(), album.pending()
    album.media.discard(album.get(missing).path)
    with running(Scripted()):
        told = {one.image_id: one for one in ear.wait(ImageDetected, 3)}
    assert {image_id: one.outcome for image_id, one in told.items()} == {
        broken: "failed",
        missing: "failed",
        good: "detected",
    }
    assert told[missing].error == f"its file is missing: {album.get(missing).path}"
    assert album.get(broken).error == told[broken].error


def test_a_bell_that_rings_twice_changes_nothing(running: Running, album: Album, ear: Ear) -> None:
    image_id, other = album.add(), album.add()
    with running(Scripted()):
        ear.say(bell(image_id), bell(image_id))
        ear.wait(ImageDetected)
        ear.say(bell(image_id), bell(other))
        told = ear.wait(ImageDetected, 2)
    assert [one.image_id for one in told] == [image_id, other]
    assert album.get(image_id).attempts == 1


def test_what_waits_is_taken_up_without_a_bell(running: Running, album: Album, ear: Ear) -> None:
    image_id = album.pending()
    with running(Scripted()):
        assert ear.wait(ImageDetected)[0].image_id == image_id


def test_under_overload_the_newest_of_each_camera_comes_first(running: Running, album: Album, ear: Ear) -> None:
    ids = {name: [album.pending(name) for _ in range(4)] for name in ("a", "b")}
    with running(Scripted()):
        told = [one.image_id for one in ear.wait(ImageDetected, 8)]
    assert told == [ids[name][number] for number in (3, 2, 1, 0) for name in ("a", "b")]


def test_two_workers_look_at_each_picture_once(running: Running, album: Album, ear: Ear) -> None:
    ids = [album.pending(f"camera {number % 4}") for number in range(80)]
    one, two = Scripted(), Scripted()
    with running(one, "1"), running(two, "2"):
        told = ear.wait(ImageDetected, 80)
    assert Counter(message.image_id for message in told) == Counter(ids)
    assert len(one.cameras) + len(two.cameras) == 80
    assert one.cameras
    assert two.cameras


def test_a_worker_that_stops_gives_back_what_it_has_not_begun(running: Running, album: Album) -> None:
    ids = [album.pending() for _ in range(5)]
    looking, go_on = threading.Event(), threading.Event()

    def slow(frame: Frame) -> list[Detection]:
        looking.set()
        go_on.wait(20)
        return []

    with running(Scripted(slow)):
        assert looking.wait(20)
        wait_until(lambda: [album.get(one).state for one in ids].count("detecting") == 2, "one taken ahead")
        threading.Timer(0.2, go_on.set).start()
    rows = [album.get(one) for one in ids]
    assert Counter(row.state for row in rows) == {"detected": 1, "pending": 4}
    assert all(row.attempts == (1 if row.state == "detected" else 0) for row in rows)


def test_an_outcome_that_comes_after_the_claim_was_taken_over_is_not_written(
    running: Running, album: Album, ear: Ear
) -> None:
    image_id = album.pending()
    looking, go_on = threading.Event(), threading.Event()

    def slow(frame: Frame) -> list[Detection]:
        looking.set()
        go_on.wait(20)
        return []

    with running(Scripted(slow)):
        assert looking.wait(20)
        album.set(image_id, claimed_by="another")
        go_on.set()
    assert (album.get(image_id).state, album.get(image_id).claimed_by) == ("detecting", "another")
    assert ear.heard(ImageDetected) == []


def test_a_detector_that_hangs_ends_and_its_picture_is_tried_again_then_fails(
    house: Settings, album: Album, ear: Ear
) -> None:
    image_id = album.pending()
    for attempt in (1, 2, 3):
        with process(house, PROGRAM, "hang", HEARTHWATCH_DETECTOR_TIMEOUT_S="0.5") as child:
            assert child.wait(60) == HUNG
        assert album.get(image_id).attempts == attempt
        assert album.get(image_id).state == ("pending" if attempt < 3 else "failed")
    (told,) = ear.wait(ImageDetected)
    assert (told.outcome, told.error) == ("failed", "looking at it took longer than 0.5 s")
    assert "look_hangs" in (Path(house.data_dir) / "log").read_text()


def test_what_a_killed_worker_held_is_taken_up_at_its_next_start(house: Settings, album: Album, ear: Ear) -> None:
    image_id = album.pending()
    with process(house, PROGRAM, "hang") as child:
        wait_until(lambda: album.get(image_id).state == "detecting", "the claim")
        child.send_signal(signal.SIGKILL)
        child.wait(20)
    with process(house, PROGRAM, "work") as child:
        (told,) = ear.wait(ImageDetected, seconds=60)
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    assert (told.image_id, told.outcome, album.get(image_id).attempts) == (image_id, "detected", 2)


def test_a_picture_over_which_workers_die_three_times_fails_with_the_reason(
    house: Settings, album: Album, ear: Ear
) -> None:
    image_id = album.pending(
        state="detecting", claimed_by="1.dead", claim_expires_at=NOON + timedelta(days=9999), attempts=3
    )
    with process(house, PROGRAM, "work"):
        (told,) = ear.wait(ImageDetected, seconds=60)
    assert told.outcome == "failed"
    assert told.error
    assert told.error.startswith("was taken 3 times and never finished")
    assert album.get(image_id).state == "failed"


def test_a_picture_that_was_only_taken_ahead_does_not_fail_with_the_one_that_kills(
    house: Settings, album: Album, ear: Ear
) -> None:
    dead: dict[str, Any] = {"state": "detecting", "claimed_by": "1.dead", "attempts": 3}
    killer = album.pending(**dead, claim_expires_at=NOON + timedelta(days=9998))
    innocent = album.pending(**dead, claim_expires_at=NOON + timedelta(days=9999))
    with process(house, PROGRAM, "work"):
        told = {one.image_id: one.outcome for one in ear.wait(ImageDetected, 2, seconds=60)}
    assert told == {killer: "failed", innocent: "detected"}


def test_a_disk_that_is_in_trouble_for_a_moment_fails_no_picture(
    running: Running, album: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TROUBLE_S", 10.0)
    image_id = album.pending()
    path = album.media.path(album.get(image_id).path)
    path.rename(path.with_suffix(".aside"))
    path.mkdir()
    with running(Scripted()):
        wait_until(lambda: album.get(image_id).attempts == 1, "the first attempt")
        path.rmdir()
        path.with_suffix(".aside").rename(path)
        wait_until(lambda: album.get(image_id).state == "detected", "the second attempt")
    assert album.get(image_id).attempts == 2


def test_a_hang_leaves_the_process_even_when_the_database_is_away(house: Settings, album: Album) -> None:
    left: list[int] = []

    def leave(code: int) -> NoReturn:
        left.append(code)
        raise SystemExit(code)

    class WithoutDatabase(Claims[Job]):
        def put_back(self, job: Job, why: str) -> None:
            raise OperationalError("UPDATE", {}, Exception("gone"))

    bus = Bus(house, "detector", CLOCK)
    claims = WithoutDatabase(kind(CLOCK), album.engine, bus, CLOCK, "1", 20)
    worker = Worker(tools_of(Scripted(), claims, bus, house, album.engine), 20, threading.Event(), leave)
    album.pending()
    job = claims.take()
    assert job
    with pytest.raises(SystemExit):
        worker._hung(job)
    assert left == [HUNG]


def test_a_disk_that_is_away_costs_no_picture_an_attempt(running: Running, album: Album, house: Settings) -> None:
    image_id = album.pending(data=jpeg())
    images = house.media / "images"
    images.rename(house.media / "unmounted")
    looker = Scripted()
    with running(looker) as worker:
        assert worker.take() is None
        (house.media / "unmounted").rename(images)
        wait_until(lambda: album.get(image_id).state == "detected", "the disk's return")
    assert album.get(image_id).attempts == 1
