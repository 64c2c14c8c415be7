import json
from random import Random

import numpy as np
import pytest

from bench.drawn_vehicle import FORMATS, Format, draw, random_text
from bench.plates import Try, figures, main


def test_the_figures_follow_from_the_tries() -> None:
    told = figures(
        [
            Try("D", 40, False, True, 9.0, 1.0),
            Try("D", 60, True, True, 0.05, 0.04),
            Try("US", 60, False, False, 0.05, 0.04),
            Try("US", 200, True, True, 0.08, 0.07),
            Try("US", 200, True, True, 0.06, 0.05),
        ]
    )
    assert told["exact"] == 0.75
    assert told["exact_by_width"] == {"40": 0.0, "60": 0.5, "80": 0.0, "110": 0.0, "150": 0.0, "200": 1.0}
    assert told["wrong_by_width"] == {"40": 1.0, "60": 0.0, "80": 0.0, "110": 0.0, "150": 0.0, "200": 0.0}
    assert told["exact_by_format"] == {"D": 1.0, "I": 0.0, "UK": 0.0, "NL": 0.0, "US": 0.667}
    assert (told["ms"], told["bare_ms"], told["ratio"]) == (55.0, 45.0, 1.2)


def test_the_benchmark_prints_its_figures_as_json_and_reads_what_it_draws(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--count", "1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["vehicles"] == 30
    assert told["exact"] > 0.8
    assert told["ratio"] > 0.9


@pytest.mark.parametrize("style", FORMATS, ids=lambda style: style.country)
def test_the_same_seed_draws_the_same_vehicle_and_another_one_another(style: Format) -> None:
    def drawn(seed: int) -> np.ndarray:
        random = Random(seed)
        return draw(style, random_text(style.pattern, random), 80, random).picture

    assert np.array_equal(drawn(1), drawn(1))
    assert drawn(1).shape != drawn(2).shape or not np.array_equal(drawn(1), drawn(2))


def test_a_text_has_its_pattern() -> None:
    text = random_text("AA-99", Random(3))
    assert text[:2].isalpha() and text[2] == "-" and text[3:].isdigit()
