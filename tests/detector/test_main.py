"""`python -m services.detector` with a model that is not the pinned one: it says so and takes no picture."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.core.settings import Settings
from services.detector.pins import DEFAULT, PINS
from tests.pictures import Album
from tests.processes import process

pytestmark = [pytest.mark.mariadb, pytest.mark.model]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[:-1000], "has 17954908 bytes instead of 17955908"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "has sha256"),
        (lambda data: b"", "has 0 bytes instead of 17955908"),
    ],
    ids=["cut short", "changed", "empty"],
)
def test_a_damaged_model_is_told_with_the_command_that_mends_it_and_no_picture_is_spent_on_it(
    settings: Settings, engine: Engine, tmp_path: Path, model_dir: Path, damage: Callable[[bytes], bytes], words: str
) -> None:
    Media(settings.media).prepare()
    album = Album(engine, Media(settings.media))
    image_id = album.pending()
    name = PINS[DEFAULT].filename
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / name).write_bytes(damage((model_dir / name).read_bytes()))
    with process(settings, "services.detector", HEARTHWATCH_MODEL_DIR=str(tmp_path / "models")) as child:
        assert child.wait(60) == 2
    said = (settings.data_dir / "log").read_text()
    assert words in said
    assert "fetch it with: scripts/model get coco-ssd" in said
    assert (album.get(image_id).state, album.get(image_id).attempts) == ("pending", 0)
