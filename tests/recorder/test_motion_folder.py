"""With a real film, a real log that grows, and a real MariaDB."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from services.core.media import Media
from services.core.recording_messages import ClipReady
from services.intake.acceptor import Picture
from services.recorder.motion_folder import MotionFolder, Source
from services.store.recording_tables import clip
from tests.pictures import HeldClock, jpeg
from tests.recorder.films import film
from tests.recorder.test_motion_program import NEW

pytestmark = pytest.mark.mariadb


class House:
    """Motion's log and folder, and what came of them."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.media = Media(folder / "media")
        self.motions = folder / "motion"
        film(self.motions / "yard.mp4", 2)
        (self.motions / "with a space.jpg").write_bytes(jpeg())
        (folder / "secret.mp4").write_bytes((self.motions / "yard.mp4").read_bytes())
        self.log = folder / "motion.log"
        self.pictures: list[Picture] = []
        self.rung: list[ClipReady] = []
        self.source = Source(self.log, self.motions, folder)
        self.follower = self.begun()

    def begun(self) -> MotionFolder:
        return MotionFolder(self.engine, self.media, HeldClock(), self.source, self.pictures.append, self.rung.append)

    def say(self, *lines: str) -> None:
        with self.log.open("a") as file:
            file.writelines(line.replace("/m/", f"{self.motions}/") + "\n" for line in lines)

    def clips(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(select(clip.c.path)))


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path)


def test_an_event_becomes_a_clip_and_its_pictures_go_the_usual_way(house: House) -> None:
    assert house.follower.go() == 0, "there is no log yet"
    house.say(*NEW[:3])
    assert house.follower.go() == 0
    house.say(NEW[3])
    assert house.follower.go() == 1
    (path,) = house.clips()
    assert house.media.path(path).read_bytes() == (house.motions / "yard.mp4").read_bytes()
    assert (house.rung[0].because, house.rung[0].camera_id) == ("motion_program", "yard")
    (picture,) = house.pictures
    assert (picture.source, picture.data) == ("Yard", jpeg())
    assert (house.motions / "yard.mp4").exists(), "it stays Motion's"


def test_the_next_process_goes_on_where_the_last_one_was_and_nothing_is_taken_twice(house: House) -> None:
    house.say(*NEW)
    assert house.follower.go() == 1
    assert house.begun().go() == 0
    assert len(house.pictures) == 1
    house.log.write_text("")
    house.say(*NEW)
    assert house.begun().go() == 0, "the same film"
    assert len(house.clips()) == 1


def test_a_file_outside_of_motions_folder_or_that_is_no_film_is_left_alone(house: House) -> None:
    lines = [line.replace("/m/yard.mp4", "/m/../secret.mp4") for line in NEW]
    house.say(*(line.replace("/m/with a space.jpg", "/m/yard.mp4") for line in lines))
    assert house.follower.go() == 0
    assert house.clips() == []
    assert house.pictures == []
