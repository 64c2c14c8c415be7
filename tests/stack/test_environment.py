import re
from pathlib import Path

import pytest

from services.core.settings import PREFIX, Settings, known_keys
from stack import environment
from stack.choice import Choice
from stack.layout import ROOT, Layout
from stack.ports import Ports
from stack.secrets import NAMES, generate, read

PLAIN = Settings(_env_file=None)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.of(tmp_path)
    generate(made.secrets)
    return made


def test_every_key_is_a_known_setting(layout: Layout) -> None:
    made = environment.common(layout, Ports.of(PLAIN, 0), PLAIN) | environment.broker_user(layout, "gallery")
    assert {key for key in made if key.startswith(PREFIX)} <= known_keys()


def test_no_secret_is_in_the_environment_of_our_own_processes(layout: Layout) -> None:
    ports = Ports.of(PLAIN, 0)
    secrets = {read(layout.secrets, name) for name in NAMES}
    parts = (
        environment.common(layout, ports, PLAIN),
        environment.broker_user(layout, "gallery"),
        environment.broker_user(layout, "bridge"),
        environment.node_red(layout, ports, PLAIN),
    )
    assert not secrets & {value for part in parts for value in part.values()}


def test_a_link_leads_to_this_stacks_gallery_unless_the_owner_says_where_it_is(layout: Layout) -> None:
    moved = environment.common(layout, Ports.of(PLAIN, 5), PLAIN)
    assert moved["HEARTHWATCH_GALLERY_URL"] == "http://127.0.0.1:8085"
    named = Settings(_env_file=None, gallery_url="https://house.example.org")
    assert (
        environment.common(layout, Ports.of(named, 5), named)["HEARTHWATCH_GALLERY_URL"] == "https://house.example.org"
    )


def test_only_with_lan_the_gallery_listens_to_the_network(layout: Layout) -> None:
    ports = Ports.of(PLAIN, 0)
    assert environment.common(layout, ports, PLAIN)["HEARTHWATCH_GALLERY_HOST"] == "127.0.0.1"
    assert environment.common(layout, ports, PLAIN, Choice(lan=True))["HEARTHWATCH_GALLERY_HOST"] == "0.0.0.0"


def test_a_password_of_another_database_does_not_get_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHWATCH_DB_PASSWORD", "another")
    monkeypatch.setenv("HEARTHWATCH_SMTP_PASSWORD", "mail")
    inherited = environment.inherited()
    assert "HEARTHWATCH_DB_PASSWORD" not in inherited
    assert inherited["HEARTHWATCH_SMTP_PASSWORD"] == "mail"


def test_grafana_gets_every_name_that_its_provisioning_asks_for(layout: Layout) -> None:
    folder = ROOT / "grafana" / "provisioning"
    text = "".join(path.read_text() for path in folder.rglob("*.yaml"))
    wanted = set(re.findall(r"^[^#]*?\$\{?([A-Z_]+)", text, re.MULTILINE)) | set(re.findall(r":\$([A-Z_]+)", text))
    assert wanted
    assert wanted <= set(environment.grafana(layout, Ports.of(PLAIN, 0), PLAIN))


def test_a_grafana_that_does_not_run_has_no_address(layout: Layout) -> None:
    ports, there = Ports.of(PLAIN, 0), Choice(grafana=True)
    elsewhere = Settings(_env_file=None, grafana_url="https://charts.example.org")
    assert "HEARTHWATCH_GRAFANA_URL" not in environment.common(layout, ports, PLAIN)
    assert environment.common(layout, ports, PLAIN, there)["HEARTHWATCH_GRAFANA_URL"] == "http://127.0.0.1:3000"
    assert environment.common(layout, ports, elsewhere)["HEARTHWATCH_GRAFANA_URL"] == "https://charts.example.org"
