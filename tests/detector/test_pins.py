import pytest

from services.detector.opening import PLUGINS
from services.detector.pins import DEFAULT, PINS, Pin


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
