import numpy as np
import pytest

from services.plates.local import LocalReader
from services.plates.local.band import without_band
from services.plates.plate import Pixels
from tests.plates.cast import SaidOcr, line

BLUE, WHITE, BLACK = (150, 60, 10), (235, 235, 235), (20, 20, 20)
PLATE = (100, 60, 200, 84)


def plate(band: int, ground: tuple[int, int, int] = WHITE) -> Pixels:
    """A picture with a plate whose band is so many pixels wide."""
    picture = np.full((200, 300, 3), 90, np.uint8)
    picture[60:84, 100:200] = ground
    picture[60:84, 100 : 100 + band] = BLUE
    return picture


def test_the_line_is_cut_off_after_its_band() -> None:
    cut = without_band(plate(10), line("D AB 123", PLATE))
    assert cut is not None
    assert cut.shape == (24, 90, 3)
    assert np.abs(cut[:, 2:].astype(int) - WHITE[0]).max() < 5


@pytest.mark.parametrize("band", [0, 2, 100])
def test_without_a_band_nothing_is_cut_off(band: int) -> None:
    assert without_band(plate(band), line("D AB 123", PLATE)) is None


def test_text_that_begins_with_no_countrys_letter_is_left_as_it_is() -> None:
    assert without_band(plate(10), line("123 AB", PLATE)) is None


def test_the_line_is_read_again_without_its_band() -> None:
    ocr = SaidOcr([line("D LN GH 42", (100, 60, 200, 84))], alone="LN GH 42")
    whole = np.zeros((500, 300, 3), np.uint8)
    whole[200:400] = plate(10)
    [[read]] = LocalReader(lambda: ocr).read(whole, [(0.0, 0.0, 1.0, 1.0)]).plates
    assert read.text == "LNGH42"
    assert read.raw == "LN GH 42"
