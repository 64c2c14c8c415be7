from collections.abc import Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Gauge

from services.core.clock import SystemClock
from services.core.health import Health, serve
from services.core.settings import Settings
from stack.layout import Layout
from stack.ports import Ports
from stack.programs import Program
from stack.report import gather, in_words, spool_depth, status
from stack.wellness import answers, healthy
from tests.peers import free_port

PORTS = Ports.of(Settings(_env_file=None), 0)
RUNNING = {"hub": {"statename": "RUNNING"}}


class Page:
    """A service's health pages with one dependency that a test turns on and off."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.well = True
        self.registry = CollectorRegistry()
        health = Health(SystemClock())
        health.depends_on("database", lambda: self.well)
        server = serve(health, "127.0.0.1", port, self.registry)
        assert isinstance(server, ThreadingHTTPServer)
        self.server = server

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    made = Page(free_port())
    yield made
    made.close()


def hub(port: int) -> Program:
    return Program("hub", ["hub"], port, f"http://127.0.0.1:{port}/readyz")


def test_a_process_is_healthy_while_its_ready_page_says_so(page: Page) -> None:
    assert healthy([hub(page.port)], RUNNING) == {"hub": True}
    page.well = False
    assert healthy([hub(page.port)], RUNNING) == {"hub": False}


def test_a_process_that_its_supervisor_does_not_run_is_not_healthy_whoever_answers(page: Page) -> None:
    assert healthy([hub(page.port)], {"hub": {"statename": "BACKOFF"}}) == {"hub": False}


def test_a_process_without_pages_is_healthy_when_its_port_is_open(page: Page) -> None:
    assert answers(Program("mosquitto", ["mosquitto"], page.port))
    assert not answers(Program("mosquitto", ["mosquitto"], free_port()))


def test_a_proxy_of_the_machine_is_not_asked(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert answers(hub(page.port))


def test_the_spools_depth_is_the_hubs_own_figure(page: Page) -> None:
    Gauge("hub_spool_depth", "records", registry=page.registry).set(17)
    assert spool_depth(replace(PORTS, hub_health=page.port)) == 17


def test_without_a_hub_the_spools_depth_is_unknown() -> None:
    assert spool_depth(replace(PORTS, hub_health=free_port())) is None


def test_a_stack_that_does_not_run_is_said_and_is_not_healthy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(Layout.of(tmp_path), as_json=False) == 1
    assert capsys.readouterr().out == f"Nothing runs in {tmp_path}.\n"
    assert gather(Layout.of(tmp_path))["healthy"] is False


def test_what_ails_is_seen_in_the_table() -> None:
    row = {"name": "hub", "pid": 7, "state": "running", "port": 9101, "healthy": False, "memory_mb": 61.4}
    found = {
        "data": "/d",
        "running": True,
        "healthy": False,
        "processes": [row],
        "queues": None,
        "spool_depth": None,
        "memory_mb": 61.4,
    }
    text = in_words(found)
    assert "MariaDB is away" in text
    assert "not all is well: logs are in /d/log" in text
    assert [line.split()[-1] for line in text.splitlines() if line.startswith("hub")] == ["no"]
