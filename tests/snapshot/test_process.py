"""The service snapshot as a process: on a real MariaDB and a real broker, beside cameras of all kinds."""

import itertools
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock
from typing import Any
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine, select

from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.messages import EventNew, ImageNew
from services.core.settings import Settings
from services.core.snapshot_messages import SnapshotResult, WorkSnapshot
from services.store import access, image, pull, reach
from services.store.pull import Pull
from services.store.recording_tables import pull as pulls
from services.store.tables import image as images
from tests.cameras import SECRETS, hang_up
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto, free_port, wait_until
from tests.pictures import jpeg, lively
from tests.processes import process
from tests.snapshot.camera import Camera, Request, camera, foscam

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = SystemClock()
PATH = "/cgi-bin/CGIProxy.fcgi?cmd=snapPicture2&usr={account}&pwd={password}"
QUICK = {"HEARTHWATCH_SNAPSHOT_INTERVAL_S": "0", "HEARTHWATCH_SNAPSHOT_STALE_AFTER": "2"}


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


@pytest.fixture
def ear(house: Settings) -> Iterator[Ear]:
    with Ear(house, [SnapshotResult, ImageNew, EventNew]) as made:
        yield made


@pytest.fixture
def at_work(house: Settings, ear: Ear) -> Iterator[Any]:
    with running(house) as child:
        yield child


@contextmanager
def running(house: Settings) -> Iterator[Any]:
    """The service, once it is ready."""
    port = free_port()
    with process(house, "services.snapshot", HEARTHWATCH_HEALTH_PORT=str(port), **QUICK) as child:
        wait_until(lambda: is_ready(port), "the service")
        yield child


def is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            # At first nothing is known yet that could be away.
            return bool(json.load(answer).get("broker"))
    except OSError:
        return False


def pictures() -> Callable[[], bytes]:
    """Each one is another picture."""
    shades, lock = itertools.count(1), Lock()

    def one() -> bytes:
        with lock:
            return jpeg(64, 48, 8 * next(shades))

    return one


@pytest.fixture
def cellar(engine: Engine) -> Iterator[Camera]:
    with camera(foscam(pictures(), SECRETS["account"], SECRETS["password"])) as one:
        hang(engine, one)
        yield one


def hang(engine: Engine, one: Camera, source: str = "Cellar", **values: Any) -> None:
    with engine.begin() as connection:
        hang_up(connection, source, shown=one.place, snapshot_url=one.url(PATH), **values)


def asking(camera_id: str = "cellar", **values: Any) -> WorkSnapshot:
    rest = {"pull_id": new_id(), "asked_by": "rule Door", "expires_at": CLOCK.now() + pull.IN_TIME}
    return WorkSnapshot.make(CLOCK, "test", camera_id=camera_id, **(rest | values))


def state_of(engine: Engine, camera_id: str = "cellar") -> str | None:
    with engine.connect() as connection:
        found = reach.find(connection, camera_id, "snapshot")
    return found.state if found else None


def test_a_picture_that_is_asked_for_goes_the_usual_way_and_is_answered(
    engine: Engine, house: Settings, ear: Ear, cellar: Camera, at_work: Any
) -> None:
    wish = asking()
    ear.say(wish)
    (result,) = ear.wait(SnapshotResult)
    (new,) = ear.wait(ImageNew)
    assert (result.pull_id, result.outcome, result.image_id) == (wish.pull_id, "ok", new.image_id)
    with engine.connect() as connection:
        row = image.find(connection, new.image_id)
        ended = pull.find(connection, wish.pull_id)
    assert row is not None
    assert ended is not None
    assert (row.camera_id, row.state, row.width) == ("cellar", "new", 64)
    assert (house.media / row.path).read_bytes() == jpeg(64, 48, 8)
    assert (ended.state, ended.outcome, ended.asked_by) == ("ended", "ok", "rule Door")
    assert state_of(engine) == "ok"
    at_work.send_signal(signal.SIGTERM)
    assert at_work.wait(20) == 0
    said = (house.data_dir / "log").read_text()
    assert not [secret for secret in (*SECRETS.values(), "cmd=snap", "w1ne") if secret in said]


def test_requests_that_wait_together_share_a_pull(engine: Engine, ear: Ear, cellar: Camera, at_work: Any) -> None:
    going_on, usual = Event(), cellar.server.answer

    def slowly(request: Request) -> None:
        going_on.wait(20)
        usual(request)

    cellar.answer(slowly)
    first, *others = [asking() for _ in range(4)]
    ear.say(first)
    wait_until(lambda: len(cellar.asked) == 1, "the first request")
    ear.say(*others, others[0])
    wait_until(lambda: waiting(engine) == 3, "the others' rows")
    going_on.set()
    results = {one.pull_id: one for one in ear.wait(SnapshotResult, 4)}
    assert len(cellar.asked) == 2
    assert {results[one.pull_id].image_id for one in others} == {ear.wait(ImageNew, 2)[1].image_id}


def waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(select(pulls.c.id).where(pulls.c.state == "waiting")).all())


def test_a_slow_camera_holds_up_no_other(engine: Engine, ear: Ear, cellar: Camera, at_work: Any) -> None:
    going_on = Event()

    def stays_silent(request: Request) -> None:
        going_on.wait(20)

    with camera(stays_silent) as stuck:
        hang(engine, stuck, "Attic")
        ear.say(asking("attic"))
        wait_until(lambda: len(stuck.asked) == 1, "the stuck request")
        ear.say(asking("cellar"))
        assert ear.wait(SnapshotResult)[0].camera_id == "cellar"
        going_on.set()


def sends(data: bytes, status: int = 200, kind: str = "image/jpeg") -> Callable[[Request], None]:
    return lambda request: request.send(data, status, kind)


@pytest.mark.parametrize(
    ("answer", "state", "tries"),
    [
        (sends(b"", 401), "refused", 1),
        (sends(b"<html>Sign in</html>", kind="text/html"), "html", 1),
        (sends(jpeg()[:400]), "cut_short", 3),
        (sends(lively()[:3000] + b"\xff\xd9"), "damaged", 3),
        (sends(b"", 404), "missing", 1),
    ],
)
def test_what_is_wrong_is_the_state_of_the_camera_and_no_picture(
    engine: Engine, ear: Ear, cellar: Camera, at_work: Any, answer: Any, state: str, tries: int
) -> None:
    cellar.answer(answer)
    ear.say(asking())
    (result,) = ear.wait(SnapshotResult)
    assert (result.outcome, result.image_id) == (state, None)
    assert result.detail
    assert len(cellar.asked) == tries
    assert state_of(engine) == state
    with engine.connect() as connection:
        assert connection.execute(select(images.c.id)).all() == []


def test_a_camera_that_fails_again_and_again_is_told_of_and_so_is_its_return(
    engine: Engine, ear: Ear, cellar: Camera, at_work: Any
) -> None:
    usual = cellar.server.answer
    cellar.answer(sends(b"", 401))
    for count in range(1, 4):
        ear.say(asking())
        ear.wait(SnapshotResult, count)
    assert [one.kind for one in ear.wait(EventNew)] == ["camera_unreachable"]
    cellar.answer(usual)
    ear.say(asking())
    assert [one.kind for one in ear.wait(EventNew, 2)] == ["camera_unreachable", "camera_reached"]


def test_the_same_picture_again_and_again_is_stale(engine: Engine, ear: Ear, cellar: Camera, at_work: Any) -> None:
    cellar.answer(sends(jpeg()))
    for count in range(1, 4):
        ear.say(asking())
        ear.wait(SnapshotResult, count)
    assert [one.outcome for one in ear.heard(SnapshotResult)] == ["ok", "ok", "stale"]
    assert len(ear.heard(ImageNew)) == 2


def test_a_camera_without_an_address_is_answered_too(engine: Engine, ear: Ear, cellar: Camera, at_work: Any) -> None:
    with engine.begin() as connection:
        access.remove(connection, "cellar")
    ear.say(asking())
    assert ear.wait(SnapshotResult)[0].outcome == "unknown"
    assert cellar.asked == []


def test_what_waited_while_nobody_was_there_is_pulled_at_the_start(
    engine: Engine, house: Settings, ear: Ear, cellar: Camera
) -> None:
    now = CLOCK.now()
    with engine.begin() as connection:
        pull.want(connection, Pull(new_id(), "cellar", "rule Door", now, now + timedelta(minutes=5)))
    with process(house, "services.snapshot", **QUICK):
        assert ear.wait(SnapshotResult)[0].outcome == "ok"


def test_killed_while_it_pulls_it_leaves_nothing_and_the_pull_waits_for_its_claim(
    engine: Engine, house: Settings, ear: Ear, cellar: Camera
) -> None:
    going_on, usual = Event(), cellar.server.answer

    def slowly(request: Request) -> None:
        going_on.wait(20)
        usual(request)

    cellar.answer(slowly)
    with running(house) as child:
        ear.say(asking())
        wait_until(lambda: len(cellar.asked) == 1, "the request")
        child.kill()
        child.wait(20)
    going_on.set()
    with engine.begin() as connection:
        pull.overdue(connection, CLOCK.now() + timedelta(seconds=26))
    with process(house, "services.snapshot", **QUICK):
        assert ear.wait(SnapshotResult)[0].outcome == "ok"
        assert len(ear.wait(ImageNew)) == 1
    assert len(list(house.media.glob("images/*/*.jpg"))) == 1
