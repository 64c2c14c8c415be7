from pathlib import Path

import pytest

from services.core.settings import SettingError, load


def test_keys_of_docker_compose_in_the_same_file_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("COMPOSE_PROFILES=demo\nHW_MQTT_ADDRESS=0.0.0.0\nHEARTHWATCH_HUB_PORT=26555\n")
    monkeypatch.chdir(tmp_path)
    assert load().hub_port == 26555


def test_an_unknown_key_of_ours_in_the_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("HEARTHWATCH_HUB_PROT=26555\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingError, match="HEARTHWATCH_HUB_PROT"):
        load()
