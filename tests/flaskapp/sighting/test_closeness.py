import re

import pytest

from flaskapp.sighting.closeness import PLACES, STEPS, closeness
from services.store.album import Box
from services.store.sighting_log import Shot
from tests.flaskapp.house import NOON
from tests.processes import ROOT


def shot(x1: float, y1: float, x2: float, y2: float, size: tuple[int | None, int | None] = (1600, 900)) -> Shot:
    return Shot("an id", NOON, *size, Box("person", 0.9, x1, y1, x2, y2, None))


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (shot(0.45, 0.4, 0.55, 0.6), "near-25 across-50 down-50"),
        (shot(0.4, 0.4, 0.6, 0.65), "near-20 across-50 down-55"),
        (shot(0.3, 0.3, 0.6, 0.65), "near-15 across-35 down-40"),
        # Nothing is shown beyond the picture's edge.
        (shot(0, 0, 0.05, 0.1), "near-25 across-0 down-0"),
        (shot(0.9, 0.9, 1, 1, (None, None)), "near-25 across-100 down-100"),
        (shot(0.1, 0.1, 0.9, 0.9), ""),
        (Shot("an id", NOON, 1600, 900, None), ""),
    ],
)
def test_what_is_small_comes_nearer_and_into_the_middle(of: Shot, words: str) -> None:
    assert closeness(of).words == words


@pytest.mark.parametrize(
    ("of", "words", "part"),
    [
        (shot(0.45, 0.45, 0.55, 0.55, (800, 600)), "near-25 across-50 down-50", "YMid"),
        (shot(0.45, 0.0, 0.55, 0.1, (800, 600)), "near-25 across-50 down-0 top", "YMin"),
        (shot(0.45, 0.9, 0.55, 1.0, (800, 600)), "near-25 across-50 down-100 bottom", "YMax"),
        (shot(0.1, 0.0, 0.9, 0.5, (800, 600)), "top", "YMin"),
        (shot(0.1, 0.0, 0.9, 1.0, (800, 600)), "", "YMid"),
    ],
)
def test_a_picture_too_high_for_the_frame_shows_the_part_in_which_it_is(of: Shot, words: str, part: str) -> None:
    assert (closeness(of).words, closeness(of).part) == (words, part)


def test_a_picture_too_wide_for_the_frame_is_cut_on_both_sides() -> None:
    assert closeness(shot(0.45, 0.45, 0.55, 0.55, (3200, 900))).words == "near-25 across-50 down-50"
    assert closeness(shot(0, 0.45, 0.3, 0.55, (3200, 900))).words == "near-25 across-0 down-50"


def test_the_style_sheet_knows_every_word() -> None:
    style = (ROOT / "flaskapp/static/sighting.css").read_text()
    known = set(re.findall(r"\.((?:near|across|down)-\d+)\b", style))
    places = range(0, 101, 100 // PLACES)
    wanted = {f"near-{step * 10:.0f}" for step in STEPS}
    assert known == wanted | {f"{way}-{place}" for way in ("across", "down") for place in places}
