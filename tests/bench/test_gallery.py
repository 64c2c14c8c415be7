from pathlib import Path

from bench.gallery import in_words, run
from tests.peers import MariaDb


def test_it_measures_every_page_on_a_filled_database(tmp_path: Path) -> None:
    with MariaDb(tmp_path) as server:
        figures = run(server, tmp_path, images=400, requests=5)
    pages = figures["pages"]
    assert isinstance(pages, dict)
    asked = {"live", "pictures", "by_label", "by_camera_and_label", "deep", "events", "alerts", "detector"}
    assert asked | {"by_zone", "by_plate", "by_sighting", "by_dropped", "sightings", "one_sighting"} <= set(pages)
    assert figures["p95_ms"] == max(page["p95_ms"] for page in pages.values())
    assert figures["ratio_to_10k"] == max(page["ratio_to_10k"] for page in pages.values())
    assert "400 pictures" in in_words(figures)
