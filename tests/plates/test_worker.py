"""The plates service at work: on a real MariaDB and a real broker, in threads and in processes that die."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.health import Health
from services.core.ids import new_id
from services.core.media import Media
from services.core.messages import EventNew, ImagePlates, WorkPlates
from services.core.settings import Settings
from services.look.claiming import Claims
from services.look.worker import HUNG, Tools, Worker
from services.plates import metrics
from services.plates.looking import MOST_VEHICLES, look
from services.plates.recorder import Recorder
from services.plates.serving import kind
from services.plates.settling import Judge
from services.store import plate, plate_look, plate_read
from services.store.plate_look import Job
from services.store.plate_read import Outcome
from services.store.plate_tables import plate as plates
from services.store.plate_tables import plate_look as looks
from services.store.plate_tables import plate_read as reads
from services.store.tables import event, sighting
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto, wait_until
from tests.pictures import Album
from tests.plates.scripted import CAR, ON_THE_CAR, Scripted, arrive, detect
from tests.processes import process
from tests.workers import at_work

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = SystemClock()
PROGRAM = "tests.plates.worker_process"
Running = Callable[[Scripted], AbstractContextManager[Worker[Job, Outcome]]]


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


@pytest.fixture
def album(engine: Engine, house: Settings) -> Album:
    Media(house.media).prepare()
    return Album(engine, Media(house.media))


@pytest.fixture
def ear(house: Settings) -> Iterator[Ear]:
    with Ear(house, [ImagePlates, EventNew]) as made:
        yield made


@pytest.fixture
def running(engine: Engine, house: Settings) -> Running:
    @contextmanager
    def run(reader: Scripted) -> Iterator[Worker[Job, Outcome]]:
        bus = Bus(house, "plates", CLOCK)
        claims = Claims(kind(CLOCK), engine, bus, CLOCK, "1", 20)
        write = Recorder(engine, bus, CLOCK, claims.worker, Judge(1)).write
        media, health = Media(house.media), Health(CLOCK)
        tools = Tools(claims, partial(look, reader, CLOCK), write, metrics, media, CLOCK, health)
        with at_work(tools, bus, WorkPlates, "plates") as worker:
            yield worker

    return run


def bell(image_id: str) -> WorkPlates:
    return WorkPlates.make(CLOCK, "nodered", image_id=image_id, camera_id="front-door", reasons=["a car"])


def picture(album: Album, sighting_id: str | None = None, **more: Any) -> str:
    """A picture that was looked at, with a car in it."""
    image_id = album.add(**more)
    detect(album.engine, image_id, sighting_id)
    return image_id


def pass_by(album: Album, ear: Ear) -> list[ImagePlates]:
    """Three pictures of one vehicle, each told before the next one comes."""
    ids = [album.add() for _ in range(3)]
    sighting_id = arrive(album.engine, ids[0])
    told: list[ImagePlates] = []
    for number, image_id in enumerate(ids, 1):
        detect(album.engine, image_id, sighting_id, place=number)
        ear.say(bell(image_id))
        told = ear.wait(ImagePlates, number)
    return told


def want(engine: Engine, image_id: str) -> None:
    with engine.begin() as connection:
        assert plate_look.want(connection, image_id, CLOCK.now())


def row_of(engine: Engine, query: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(query).one()


def name(engine: Engine, text: str, standing: str, owner: str | None = None) -> str:
    with engine.begin() as connection:
        made = plate.get_or_add(connection, text, CLOCK.now())
        plate.change(connection, made.id, standing=standing, owner=owner)
    return made.id


def test_a_bell_makes_a_plate_of_a_vehicle_that_nobody_knows(running: Running, album: Album, ear: Ear) -> None:
    image_id = picture(album)
    sighting_id = arrive(album.engine, image_id)
    detect(album.engine, image_id, sighting_id, ordinal=1, x1=0.25)
    reader = Scripted("BAB123")
    with running(reader):
        ear.say(bell(image_id))
        (told,) = ear.wait(ImagePlates)
    assert len(reader.vehicles[0]) == 2
    assert reader.vehicles[0][0] == pytest.approx(CAR)
    assert (told.outcome, told.reader, [one.text for one in told.reads]) == ("read", "scripted", ["BAB123", "BAB123"])
    assert told.reads[0].box == pytest.approx(ON_THE_CAR)
    (settled,) = told.settled
    assert (settled.sighting_id, settled.text, settled.standing) == (sighting_id, "BAB123", "unknown")
    found = row_of(album.engine, select(plates))
    assert (found.text, found.folded, found.standing) == ("BAB123", "8A8123", "unknown")
    assert row_of(album.engine, select(sighting)).plate_judged_at is not None
    (happened,) = ear.wait(EventNew)
    assert (happened.kind, happened.detail) == ("plate_unknown", "unknown plate BAB123")
    assert (happened.sighting_id, happened.plate_id, happened.standing) == (sighting_id, found.id, "unknown")
    assert row_of(album.engine, select(event)).undecided_since is not None, "rules have to say what it leads to"


def test_a_known_plate_is_an_event_and_waits_for_its_verdict(running: Running, album: Album, ear: Ear) -> None:
    plate_id = name(album.engine, "BAB123", "known", "Anna")
    image_id = album.add()
    detect(album.engine, image_id, arrive(album.engine, image_id))
    with running(Scripted("8AB123")):
        ear.say(bell(image_id))
        (told,) = ear.wait(ImagePlates)
        (happened,) = ear.wait(EventNew)
    assert [(one.plate_id, one.text, one.owner) for one in told.settled] == [(plate_id, "BAB123", "Anna")]
    assert (happened.kind, happened.detail) == ("plate", "known plate BAB123 (Anna)")
    assert (happened.plate_id, happened.standing) == (plate_id, "known")
    row = row_of(album.engine, select(event))
    assert (row.camera_id, row.undecided_since is None) == ("front-door", False)
    found = row_of(album.engine, select(sighting))
    assert (found.plate_id, found.plate_image_id, found.plate_judged_at) == (plate_id, image_id, None)


def test_the_vote_of_three_pictures_wins_over_the_one_misread(running: Running, album: Album, ear: Ear) -> None:
    plate_id = name(album.engine, "BAB123", "deny")
    with running(Scripted("HAX123", "BAB123", "BAB123")):
        told = pass_by(album, ear)
    standings = [[one.standing for one in message.settled] for message in told]
    assert standings == [["unknown"], [], ["deny"]]
    with album.engine.connect() as connection:
        assert set(connection.scalars(select(reads.c.plate_id))) == {plate_id}
        assert connection.scalars(select(plates.c.text)).all() == ["BAB123"]
    assert row_of(album.engine, select(sighting)).plate_id == plate_id


def test_a_single_reading_does_not_unsettle_a_vehicle(running: Running, album: Album, ear: Ear) -> None:
    plate_id = name(album.engine, "BAB123", "known")
    with running(Scripted("BAB123", "HUX717", "BAB123")):
        told = pass_by(album, ear)
    assert [[one.text for one in message.settled] for message in told] == [["BAB123"], [], []]
    assert [one.text for one in told[1].reads] == ["HUX717"]
    with album.engine.connect() as connection:
        assert set(connection.scalars(select(reads.c.plate_id))) == {plate_id}
        assert connection.scalars(select(plates.c.text)).all() == ["BAB123"]


def test_what_was_told_once_is_told_the_same_again(running: Running, album: Album, ear: Ear) -> None:
    name(album.engine, "BAB123", "known", "Anna")
    image_id = album.add()
    detect(album.engine, image_id, arrive(album.engine, image_id))
    with running(Scripted("BAB123")):
        ear.say(bell(image_id))
        (told,) = ear.wait(ImagePlates)
    with album.engine.connect() as connection:
        (again,) = plate_read.told(connection, [image_id])
        (waits,) = plate_read.waiting_for_verdict(connection, CLOCK.now(), 10)
    same = {"id", "at", "src"}
    assert again.message(CLOCK, "keeper").model_dump(exclude=same) == told.model_dump(exclude=same)
    assert waits.image_id == image_id
    with album.engine.begin() as connection:
        plate_read.judged(connection, image_id, CLOCK.now())
        assert plate_read.waiting_for_verdict(connection, CLOCK.now(), 10) == []


def test_a_vehicle_without_a_readable_plate_leaves_no_plate(running: Running, album: Album, ear: Ear) -> None:
    image_id = picture(album)
    with running(Scripted("")):
        ear.say(bell(image_id))
        (told,) = ear.wait(ImagePlates)
    assert (told.outcome, told.reads, told.settled) == ("read", [], [])


def test_a_reading_without_a_sighting_finds_its_plate_too(running: Running, album: Album, ear: Ear) -> None:
    plate_id = name(album.engine, "BAB123", "known")
    image_id = picture(album)
    with running(Scripted("BAB123")):
        ear.say(bell(image_id))
        (told,) = ear.wait(ImagePlates)
    assert ([one.plate_id for one in told.reads], told.settled) == ([plate_id], [])


def test_a_street_full_of_cars_is_read_from_the_newest_on(running: Running, album: Album, ear: Ear) -> None:
    image_id = album.add()
    for ordinal in range(MOST_VEHICLES + 2):
        detect(album.engine, image_id, None, ordinal, place=100 - ordinal, x1=0.01 * ordinal)
    reader = Scripted("")
    with running(reader):
        ear.say(bell(image_id))
        ear.wait(ImagePlates)
    (vehicles,) = reader.vehicles
    assert [round(box[0], 2) for box in vehicles] == [0.01 * number for number in range(11, 1, -1)]


def test_a_bell_that_rings_twice_reads_once(running: Running, album: Album, ear: Ear) -> None:
    image_id, other = picture(album), picture(album)
    reader = Scripted("BAB123")
    with running(reader):
        ear.say(bell(image_id), bell(image_id))
        ear.wait(ImagePlates)
        ear.say(bell(image_id), bell(other))
        told = ear.wait(ImagePlates, 2)
    assert [one.image_id for one in told] == [image_id, other]
    assert len(reader.vehicles) == 2


def test_a_picture_that_cannot_be_decoded_fails_with_the_reason(running: Running, album: Album, ear: Ear) -> None:
    image_id = picture(album, data=b"\xff\xd8 not whole")
    with running(Scripted("BAB123")):
        ear.say(bell(image_id))
        (told,) = ear.wait(ImagePlates)
    found = row_of(album.engine, select(looks))
    assert (told.outcome, told.error, found.state) == ("failed", found.error, "failed")


def test_cameras_take_turns_and_the_newest_goes_first(running: Running, album: Album, ear: Ear) -> None:
    ids = {source: [picture(album, source=source) for _ in range(2)] for source in ("a", "b")}
    for image_id in (*ids["a"], *ids["b"]):
        want(album.engine, image_id)
    with running(Scripted()):
        told = [one.image_id for one in ear.wait(ImagePlates, 4)]
    assert told == [ids["a"][1], ids["b"][1], ids["a"][0], ids["b"][0]]


def test_a_reader_that_hangs_ends_and_its_picture_is_tried_again_then_fails(
    house: Settings, album: Album, ear: Ear
) -> None:
    image_id = picture(album)
    want(album.engine, image_id)
    for attempt in (1, 2, 3):
        with process(house, PROGRAM, "hang", HEARTHWATCH_PLATES_TIMEOUT_S="0.5") as child:
            assert child.wait(60) == HUNG
        found = row_of(album.engine, select(looks))
        assert (found.attempts, found.state) == (attempt, "pending" if attempt < 3 else "failed")
    (told,) = ear.wait(ImagePlates)
    assert (told.outcome, told.error) == ("failed", "looking at it took longer than 0.5 s")


def test_what_a_killed_worker_held_is_taken_up_at_its_next_start(house: Settings, album: Album, ear: Ear) -> None:
    image_id = picture(album)
    want(album.engine, image_id)
    with process(house, PROGRAM, "hang") as child:
        wait_until(lambda: row_of(album.engine, select(looks)).state == "reading", "the claim")
        child.send_signal(signal.SIGKILL)
        child.wait(20)
    with process(house, PROGRAM, "work") as child:
        (told,) = ear.wait(ImagePlates, seconds=60)
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    assert [one.text for one in told.reads] == ["BAB123"]
    assert row_of(album.engine, select(looks)).attempts == 2


def test_an_outcome_that_comes_after_the_claim_was_taken_over_is_not_written(album: Album) -> None:
    image_id = picture(album)
    want(album.engine, image_id)
    with album.engine.begin() as connection:
        job = plate_look.claim(connection, "", "one.1", CLOCK.now())
        assert job
        connection.execute(update(looks).values(claimed_by="two.1"))
        outcome = Outcome(image_id, job.camera_id, job.captured_at, job.received_at)
        assert plate_read.record(connection, outcome, "one.1", CLOCK.now(), Judge()) is None
    assert row_of(album.engine, select(looks)).state == "reading"
