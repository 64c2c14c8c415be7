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
    with pytest.raises(SettingError, match="HEARTHWATCH_HUB_PROT is not a setting: did you mean HEARTHWATCH_HUB_PORT"):
        load()


def test_the_env_file_may_name_the_file_of_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mail").write_text("open sesame\n")
    (tmp_path / ".env").write_text(f"HEARTHWATCH_SMTP_PASSWORD_FILE={tmp_path}/mail\n")
    monkeypatch.chdir(tmp_path)
    assert load().secret("smtp_password") == "open sesame"


def test_the_environments_secret_file_goes_before_that_of_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first").write_text("first")
    (tmp_path / "second").write_text("second")
    (tmp_path / ".env").write_text(f"HEARTHWATCH_DB_PASSWORD_FILE={tmp_path}/second\n")
    monkeypatch.setenv("HEARTHWATCH_DB_PASSWORD_FILE", f"{tmp_path}/first")
    monkeypatch.chdir(tmp_path)
    assert load().secret("db_password") == "first"


def test_a_secret_file_that_cannot_be_read_is_named_with_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(f"HEARTHWATCH_SMTP_PASSWORD_FILE={tmp_path}/nowhere\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingError, match=r"HEARTHWATCH_SMTP_PASSWORD_FILE: cannot read .*nowhere"):
        load()
