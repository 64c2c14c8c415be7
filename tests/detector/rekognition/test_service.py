"""The detector's process with Amazon Rekognition before the local model: what the rows say in the end."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.media import Media
from services.core.messages import ImageDetected
from services.core.settings import Settings
from services.store import budget
from tests.detector.rekognition.double import DOG, SILENCE, Amazon
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto
from tests.pictures import Album, jpeg
from tests.processes import process

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
PROGRAM = "tests.detector.worker_process"
SECRET = "open-sesame"
FIRST, SECOND = "eu-west-1", "us-east-1"


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


@pytest.fixture
def album(engine: Engine, house: Settings) -> Album:
    Media(house.media).prepare()
    return Album(engine, Media(house.media), data=jpeg(160, 120))


@pytest.fixture
def ear(house: Settings) -> Iterator[Ear]:
    with Ear(house, [ImageDetected]) as made:
        yield made


@pytest.fixture
def moto() -> Iterator[str]:
    """Amazon's services as the moto project plays them."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def looked(house: Settings, ear: Ear, url: str, **more: str) -> ImageDetected:
    """What the process tells of the one picture that waits."""
    secret = house.data_dir / "key"
    secret.write_text(f"{SECRET}\n")
    settings = {
        "REMOTE": "rekognition",
        "REMOTE_TIMEOUT_S": "2",
        "REKOGNITION_SECOND_REGION": SECOND,
        "REKOGNITION_URL": url,
        "REKOGNITION_KEY_ID": "AKIAEXAMPLE",
        "REKOGNITION_SECRET_KEY_FILE": str(secret),
        **more,
    }
    environment = {f"HEARTHWATCH_DETECTOR_{key}": value for key, value in settings.items()}
    with process(house, PROGRAM, "work", HEARTHWATCH_LOG_LEVEL="debug", **environment):
        (told,) = ear.wait(ImageDetected, seconds=60)
    return told


def test_a_picture_is_looked_at_by_the_service(
    house: Settings, album: Album, ear: Ear, moto: str, engine: Engine
) -> None:
    image_id = album.pending()
    told = looked(house, ear, moto, REMOTE_TIMEOUT_S="9")
    row = album.get(image_id)
    assert (row.model, row.model_version, row.fell_back_because) == ("rekognition", "DetectLabels", None)
    assert [one.label for one in told.detections] == ["cell phone"]
    with engine.connect() as connection:
        assert budget.used(connection, "rekognition", row.detected_at or album.at) == 1


def test_the_second_region_answers_for_the_first(house: Settings, album: Album, ear: Ear, service: Amazon) -> None:
    image_id = album.pending()
    service.answers = {FIRST: "ThrottlingException", SECOND: DOG}
    told = looked(house, ear, service.url)
    assert ([one.label for one in told.detections], told.fell_back_because) == (["dog"], None)
    assert album.get(image_id).model == "rekognition"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("ThrottlingException", "ThrottlingException", "wants fewer calls"),
        (SILENCE, SILENCE, f"{SECOND} did not answer within 2 s"),
        ("UnrecognizedClientException", DOG, "refuses the key"),
    ],
)
def test_the_local_model_stands_in_and_row_and_message_say_why(
    house: Settings, album: Album, ear: Ear, service: Amazon, first: str, second: str, words: str
) -> None:
    image_id = album.pending()
    service.answers = {FIRST: first, SECOND: second}
    told = looked(house, ear, service.url)
    row = album.get(image_id)
    assert (row.state, row.model, row.attempts) == ("detected", "scripted", 1)
    assert row.fell_back_because
    assert words in row.fell_back_because
    assert told.fell_back_because == row.fell_back_because
    lines = (house.data_dir / "log").read_text()
    assert [json.loads(line)["image_id"] for line in lines.splitlines() if '"fell_back"' in line] == [image_id]
    assert SECRET not in lines
    assert "AKIAEXAMPLE" not in lines
    assert "Signature=" not in lines


def test_a_used_up_budget_leaves_the_looking_to_the_local_model(
    house: Settings, album: Album, ear: Ear, service: Amazon
) -> None:
    image_id = album.pending()
    looked(house, ear, service.url, REMOTE_MONTHLY="0")
    row = album.get(image_id)
    assert (row.model, row.fell_back_because) == ("scripted", "this month's 0 calls to rekognition are used up")
    assert service.asked == []


def test_without_a_key_the_service_says_which_setting_is_missing(house: Settings) -> None:
    with process(house, PROGRAM, "work", HEARTHWATCH_DETECTOR_REMOTE="rekognition") as child:
        assert child.wait(60) == 2
    assert "HEARTHWATCH_DETECTOR_REKOGNITION_KEY_ID is not set" in (house.data_dir / "log").read_text()
