import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from services.core.settings import SettingError, load
from services.plates.opening import open_reader
from tests.pictures import HeldClock
from tests.plates.plate_recognizer import TOKEN, Answer, PlateRecognizerDouble

PICTURE = np.full((200, 300, 3), 90, np.uint8)


def test_without_a_word_plates_are_read_here() -> None:
    reader = open_reader(load(_env_file=None), lambda: True, HeldClock())
    assert (reader.name, reader.remote) == ("local", False)


def test_the_service_needs_its_token() -> None:
    with pytest.raises(SettingError, match="HEARTHWATCH_PLATE_RECOGNIZER_TOKEN is not set"):
        open_reader(load(_env_file=None, plates_reader="plate-recognizer"), lambda: True, HeldClock())


@pytest.mark.parametrize(("key", "value"), [("plates_regions", "Germany"), ("plates_forms", "AB12")])
def test_a_region_or_form_that_is_none_is_told(key: str, value: str) -> None:
    wrong: dict[str, Any] = {"_env_file": None, key: value}
    with pytest.raises(SettingError, match=f"HEARTHWATCH_{key.upper()}"):
        load(**wrong)


def test_the_service_is_asked_with_the_settings_and_this_machine_stands_behind_it() -> None:
    with PlateRecognizerDouble().running() as double:
        settings = load(
            _env_file=None,
            plates_reader="plate-recognizer",
            plates_regions="de,nl",
            plate_recognizer_url=double.url,
            plate_recognizer_token=TOKEN,
        )
        reader = open_reader(settings, lambda: True, HeldClock())
        assert reader.read(PICTURE, [(0, 0, 1, 1)]).reader == "plate-recognizer"
        assert double.look_ups[0].regions == ["de", "nl"]
        double.answers = [Answer(500)]
        reading = reader.read(PICTURE, [(0, 0, 1, 1)])
        assert (reading.reader, reading.plates) == ("local", ((),))
        assert reading.fell_back_because == "Plate Recognizer answered with status 500"


def test_with_the_budget_used_up_this_machine_reads() -> None:
    settings = load(_env_file=None, plates_reader="plate-recognizer", plate_recognizer_token=TOKEN)
    reading = open_reader(settings, lambda: False, HeldClock()).read(PICTURE, [(0, 0, 1, 1)])
    assert reading.reader == "local"
    assert reading.fell_back_because == "this month's look-ups at Plate Recognizer are used up"


def test_what_reads_text_is_not_even_imported_before_the_first_picture() -> None:
    code = "import sys, services.plates.opening; print({'rapidocr', 'onnxruntime'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
