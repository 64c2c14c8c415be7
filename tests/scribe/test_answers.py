from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Engine, delete

from services.core.answer_messages import AnswerObjects, AnswerPlates, AskObjects, AskPlates
from services.core.bus import Bus
from services.core.media import Media
from services.core.messages import Message, WorkDetect, WorkPlates
from services.core.settings import Settings
from services.scribe.answers import Answers
from services.store.tables import image as image_table
from tests.asked import looked_at, plate_was_read, plates_wanted, seen
from tests.ear import Ear
from tests.peers import wait_until
from tests.pictures import Album, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = HeldClock()
Answer = TypeVar("Answer", AnswerObjects, AnswerPlates)
KINDS: list[type[Message]] = [WorkDetect, WorkPlates, AnswerObjects, AnswerPlates]
LEFT = (0.0, 0.0, 0.5, 0.5)
GUESSES = [{"text": "8AB123", "score": 0.25}, {"text": "", "score": 0.5}, {"text": "B4B", "score": 7}]
PLATE = (0.125, 0.25, 0.25, 0.375)


@pytest.fixture
def album(engine: Engine, tmp_path: Path) -> Album:
    return Album(engine, Media(tmp_path))


@pytest.fixture
def ear(engine: Engine, house: Settings, bus: Bus, start_bus: Callable[[Bus], None]) -> Iterator[Ear]:
    """Asks and hears; the scribe's answers are at work behind it."""
    answers = Answers(engine, bus, CLOCK)
    bus.subscribe(AskObjects, answers.objects)
    bus.subscribe(AskPlates, answers.plates)
    start_bus(bus)
    with Ear(house, KINDS) as made:
        yield made


def the_answer(ear: Ear, kind: type[Answer], asked: AskObjects | AskPlates) -> Answer:
    wait_until(lambda: asked.id in [one.ask_id for one in ear.heard(kind)], "the answer")
    (answer,) = [one for one in ear.heard(kind) if one.ask_id == asked.id]
    assert answer.name == asked.name
    return answer


def ask_objects(ear: Ear, name: str) -> AnswerObjects:
    asked = AskObjects.make(CLOCK, "nodered", name=name)
    ear.say(asked)
    return the_answer(ear, AnswerObjects, asked)


def ask_plates(ear: Ear, name: str) -> AnswerPlates:
    asked = AskPlates.make(CLOCK, "nodered", name=name)
    ear.say(asked)
    return the_answer(ear, AnswerPlates, asked)


def test_a_picture_that_was_looked_at_is_answered_with_every_label_that_counts(album: Album, ear: Ear) -> None:
    image_id = looked_at(album, "car", "umbrella", "car")
    seen(album, image_id, "dog", dropped_because="below score")
    answer = ask_objects(ear, album.get(image_id).name)
    assert (answer.state, answer.counts, answer.error) == ("detected", {"car": 2, "umbrella": 1}, None)
    assert (answer.image_id, answer.camera_id) == (image_id, "front-door")
    assert ear.heard(WorkDetect) == []


@pytest.mark.parametrize("state", ["new", "kept"])
def test_a_picture_that_nobody_has_looked_at_is_put_into_the_queue_once(album: Album, ear: Ear, state: str) -> None:
    image_id = album.add(state=state)
    name = album.get(image_id).name
    assert [ask_objects(ear, name).state for _ in range(2)] == ["waiting", "waiting"]
    (bell,) = ear.wait(WorkDetect)
    assert (bell.image_id, bell.camera_id) == (image_id, "front-door")
    assert album.get(image_id).state == "pending"


def test_a_picture_that_cannot_be_looked_at_says_why(album: Album, ear: Ear) -> None:
    image_id = album.add(state="failed", detected_at=album.at, error="cut short")
    name = album.get(image_id).name
    answer = ask_objects(ear, name)
    assert (answer.state, answer.counts, answer.error) == ("failed", {}, "cut short")
    assert ask_plates(ear, name).error == "cut short"


@pytest.mark.parametrize("name", ["holiday.jpg", "Front-Door-2026-05-01T11.00.01.000000.jpg", "%", "x" * 255])
def test_a_name_that_no_picture_has_is_answered_too(album: Album, ear: Ear, name: str) -> None:
    answer = ask_objects(ear, name)
    assert (answer.state, answer.image_id, answer.camera_id) == ("unknown", None, None)
    assert ask_plates(ear, name).state == "unknown"


def test_a_picture_that_was_deleted_is_unknown(engine: Engine, album: Album, ear: Ear) -> None:
    name = album.get(album.add()).name
    with engine.begin() as connection:
        connection.execute(delete(image_table))
    assert ask_objects(ear, name).state == "unknown"


def test_plates_are_asked_for_when_the_picture_shows_a_vehicle(album: Album, ear: Ear) -> None:
    image_id = looked_at(album, "truck")
    answer = ask_plates(ear, album.get(image_id).name)
    assert (answer.state, answer.plates) == ("waiting", [])
    assert ear.wait(WorkPlates)[0].image_id == image_id


def test_plates_that_are_being_read_are_not_asked_for_again(album: Album, ear: Ear) -> None:
    image_id = looked_at(album, "car")
    plates_wanted(album, image_id)
    assert ask_plates(ear, album.get(image_id).name).state == "waiting"
    assert ear.heard(WorkPlates) == []


def test_a_picture_is_looked_at_before_its_plates_are_read(album: Album, ear: Ear) -> None:
    image_id = album.add()
    assert ask_plates(ear, album.get(image_id).name).state == "waiting"
    assert ear.wait(WorkDetect)[0].image_id == image_id
    assert ear.heard(WorkPlates) == []


def test_a_picture_without_a_vehicle_has_no_plates(album: Album, ear: Ear) -> None:
    answer = ask_plates(ear, album.get(looked_at(album, "person")).name)
    assert (answer.state, answer.plates) == ("read", [])
    assert ear.heard(WorkPlates) == []


def test_plates_come_with_their_vehicle_and_what_else_they_may_say(album: Album, ear: Ear) -> None:
    image_id = looked_at(album, "car", car=LEFT)
    plates_wanted(album, image_id, "read", read_at=album.at, took_ms=12.5)
    plate_was_read(album, image_id, "BAB123", PLATE, region="de", candidates=GUESSES)
    answer = ask_plates(ear, album.get(image_id).name)
    assert (answer.state, answer.width, answer.height, answer.took_ms) == ("read", 64, 48, 12.5)
    (plate,) = answer.plates
    assert (plate.text, plate.score, plate.box, plate.region) == ("BAB123", 0.5, PLATE, "de")
    assert [(one.text, one.score) for one in plate.candidates] == [("8AB123", 0.25)]
    assert plate.vehicle is not None
    assert (plate.vehicle.label, plate.vehicle.box) == ("car", LEFT)


def test_plates_that_could_not_be_read_say_why(album: Album, ear: Ear) -> None:
    image_id = looked_at(album, "car")
    plates_wanted(album, image_id, "failed", error="no reader")
    answer = ask_plates(ear, album.get(image_id).name)
    assert (answer.state, answer.error) == ("failed", "no reader")
