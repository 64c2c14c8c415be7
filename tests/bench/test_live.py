import pytest
from pydantic import SecretStr

from bench.live import SECRET, in_words, run
from services.core.settings import Settings
from tests.peers import MariaDb, Mosquitto


@pytest.mark.mariadb
def test_viewers_of_the_wall_are_measured(mariadb: MariaDb, mosquitto: Mosquitto, settings: Settings) -> None:
    ours = settings.model_copy(update={"gallery_secret_key": SecretStr(SECRET), "mqtt_port": mosquitto.port})
    figures = run(ours, mariadb.password, viewers=2, seconds=6, rate=0.5)
    assert figures["viewers"] == 2
    assert 0 < figures["shown"] <= figures["told"] <= 2 * 24
    assert figures["last_p95_ms"] >= figures["last_p50_ms"] > 0
    assert figures["rss_mb"] > 20
    assert "delay_ratio" in in_words(figures)
