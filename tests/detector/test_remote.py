import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.settings import Settings
from services.detector.remote import open_remote
from services.store.engine import connect
from tests.pictures import HeldClock

KEY: dict[str, Any] = {"detector_rekognition_key_id": "AKIAEXAMPLE", "detector_rekognition_secret_key": "open-sesame"}


@pytest.fixture
def nowhere() -> Engine:
    """An engine that is only asked when a call is to be made."""
    return connect(Settings(db_port=9, db_password="none"))


def test_nobody_elsewhere_looks_unless_it_is_asked_for(nowhere: Engine) -> None:
    assert open_remote(Settings(), nowhere, HeldClock()) is None


def test_the_one_that_the_setting_names_is_opened_for_whole_pictures(nowhere: Engine) -> None:
    opened = open_remote(Settings(detector_remote="rekognition", **KEY), nowhere, HeldClock())
    assert opened
    assert (opened.name, opened.remote, opened.input_size) == ("rekognition", True, None)
    opened.close()


def test_what_only_a_remote_one_needs_is_not_loaded_without_it() -> None:
    check = "import sys, services.detector.__main__; sys.exit('boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
