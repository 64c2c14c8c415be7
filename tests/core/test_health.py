import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Counter

from services.core.health import Health, serve
from tests.peers import free_port
from tests.pictures import HeldClock


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def health(clock: HeldClock) -> Health:
    return Health(clock)


@pytest.fixture
def port(health: Health) -> Iterator[int]:
    registry = CollectorRegistry()
    Counter("things", "things that happened", registry=registry).inc(3)
    port = free_port()
    server = serve(health, "127.0.0.1", port, registry)
    assert server
    yield port
    server.shutdown()
    server.server_close()


def get(port: int, page: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_loop_that_does_not_come_round_is_unhealthy(health: Health, clock: HeldClock, port: int) -> None:
    beat = health.loop("drain", limit_s=10)
    assert get(port, "/healthz") == (200, '{"drain": true}')
    clock.pass_by(11)
    assert get(port, "/healthz") == (503, '{"drain": false}')
    beat.beat()
    assert get(port, "/healthz")[0] == 200


def test_a_service_that_has_not_begun_is_alive_and_not_ready(health: Health, port: int) -> None:
    assert get(port, "/healthz")[0] == 200
    assert get(port, "/readyz") == (503, '{"begun": false}')
    health.depends_on("database", lambda: True)
    assert get(port, "/readyz")[0] == 200


def test_a_missing_dependency_makes_it_unready_but_not_unhealthy(health: Health, port: int) -> None:
    there = threading.Event()
    health.depends_on("database", there.is_set)
    assert get(port, "/readyz") == (503, '{"database": false}')
    assert get(port, "/healthz")[0] == 200
    there.set()
    assert json.loads(get(port, "/readyz")[1]) == {"database": True}


def test_counters_are_shown_for_prometheus(port: int) -> None:
    status, page = get(port, "/metrics")
    assert status == 200
    assert "things_total 3.0" in page


def test_another_page_is_not_there(port: int) -> None:
    assert get(port, "/admin")[0] == 404


def test_port_0_serves_nothing(health: Health) -> None:
    assert serve(health, "127.0.0.1", 0) is None
