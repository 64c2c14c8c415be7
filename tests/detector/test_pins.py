from typing import get_args

import pytest

from services.core.settings import Settings
from services.detector.opening import PLUGINS
from services.detector.pins import DEFAULT, PINS, REMOTE, Pin, least_score
from services.detector.remote import MODULES


@pytest.mark.parametrize("pin", PINS.values(), ids=PINS)
def test_a_pin_is_complete_and_its_plug_in_is_there(pin: Pin) -> None:
    assert PINS[pin.name] is pin
    assert pin.plugin in PLUGINS
    assert len(bytes.fromhex(pin.sha256)) == 32
    assert pin.bytes > 900_000
    assert pin.licence in ("Apache-2.0", "BSD-3-Clause")
    assert 0 <= pin.least < 1
    assert pin.url is None or pin.url.startswith("https://")


def test_only_the_default_is_built_here() -> None:
    assert [pin.name for pin in PINS.values() if pin.url is None] == [DEFAULT]


def test_what_looks_elsewhere_has_its_module_and_its_setting() -> None:
    assert set(MODULES) == set(REMOTE)
    assert set(get_args(Settings.model_fields["detector_remote"].annotation)[0].__args__) == set(REMOTE)


def test_a_model_that_has_no_pin_needs_no_score_of_its_own() -> None:
    assert [least_score(name) for name in ("scripted", "coco-ssd", "fastestdet")] == [0, 0, 0.6]
