import json
from pathlib import Path

import pytest

from bench.crew import Crew, Load
from bench.disk import files12
from bench.intake import figures, in_words, main, medians, picture, stock_hub
from services.intake.jpeg import measure
from tests.peers import free_port

KEYS = {"images_per_s", "limit_per_s", "ratio_to_limit", "p50_ms", "p99_ms", "lost", "ratio_to_bare"}


def test_the_picture_is_a_jpeg_of_about_31_kb() -> None:
    assert measure(picture()) == (320, 240)
    assert 31_000 <= len(picture()) < 36_000


def test_each_figure_is_the_median_of_its_rounds() -> None:
    rounds = [{"a": 1.0, "b": {"c": 5}}, {"a": 9.0, "b": {"c": 7}}, {"a": 2.0, "b": {"c": 6}}]
    assert medians(rounds) == {"a": 2.0, "b": {"c": 6}}
    assert list(in_words(medians(rounds))) == [f"{'a':<32} 2.0", f"{'b.c':<32} 6"]


def test_refusals_are_told_where_there_were_any() -> None:
    assert "refused" not in figures(Load(10, 0, 5.0, 1.0, 2.0))
    assert figures(Load(10, 3, 5.0, 1.0, 2.0))["refused"] == 3


def test_the_limit_writes_a_file_for_each_picture(tmp_path: Path) -> None:
    assert files12(tmp_path / "limit", b"x" * 100, 0.1) > 0
    files = list((tmp_path / "limit").iterdir())
    assert len(files) % 12 == 0
    assert {path.read_bytes() for path in files} == {b"x" * 100}


def test_a_hub_that_never_answers_ends_the_run_with_an_error(tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"x")
    with Crew(0, tmp_path / "picture.jpg") as crew, pytest.raises(IndexError):
        crew.run(free_port(), 0.1)


def test_a_stock_hub_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.intake.listens", lambda port: True)
    with pytest.raises(OSError, match="port 5555 is taken"), stock_hub(tmp_path, tmp_path / "peer"):
        pass


@pytest.mark.mariadb
@pytest.mark.mosquitto
def test_the_benchmark_prints_its_figures_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--json", "--senders", "3", "--seconds", "0.5", "--rounds", "1", "--neighbour", "--dir", str(tmp_path)]
    assert main(options) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(told) >= KEYS
    assert set(told["neighbour"]) >= KEYS - {"lost"}
    assert told["lost"] == 0
    assert told["acknowledged"] == told["files"] == told["rows"] > 0
    assert told["paced"]["images_per_s"] > 0
    assert list(tmp_path.iterdir()) == []
