"""`/healthz` (alive), `/readyz` (may it do its work?) and `/metrics` (Prometheus) of a service."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client import REGISTRY as DEFAULT_REGISTRY

from services.core.clock import Clock
from services.core.logging import get

log = get(__name__)


class Heartbeat:
    """A loop's promise to come round: `beat()` each time; it is stuck when that is too long ago."""

    def __init__(self, clock: Clock, limit_s: float) -> None:
        self._clock = clock
        self._limit_s = limit_s
        self._last = clock.monotonic()

    def beat(self) -> None:
        """Says that the loop came round."""
        self._last = self._clock.monotonic()

    def alive(self) -> bool:
        """Whether the loop came round within its limit."""
        return self._clock.monotonic() - self._last <= self._limit_s


class Check(Protocol):
    """Answers whether one thing is well."""

    def __call__(self) -> bool:
        """True when it is."""
        ...


class Health:
    """What a service says of itself. Loops decide `/healthz`; loops and dependencies decide `/readyz`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loops: dict[str, Heartbeat] = {}
        self._dependencies: dict[str, Check] = {}

    def loop(self, name: str, limit_s: float = 30.0) -> Heartbeat:
        """A new loop that must come round every `limit_s` seconds."""
        self._loops[name] = Heartbeat(self._clock, limit_s)
        return self._loops[name]

    def depends_on(self, name: str, check: Check) -> None:
        """A dependency (database, broker) that must be there to be ready."""
        self._dependencies[name] = check

    def alive(self) -> dict[str, bool]:
        """Each loop and whether it lives."""
        return {name: loop.alive() for name, loop in self._loops.items()}

    def ready(self) -> dict[str, bool]:
        """Each loop and dependency and whether it is well; a service that has named none of them has not begun."""
        known = self.alive() | {name: check() for name, check in self._dependencies.items()}
        return known or {"begun": False}


def serve(
    health: Health, host: str, port: int, registry: CollectorRegistry = DEFAULT_REGISTRY
) -> ThreadingHTTPServer | None:
    """Starts the three pages in a thread of their own; nothing when `port` is 0."""
    if not port:
        return None
    server = ThreadingHTTPServer((host, port), _handler(health, registry))
    # The interval is how long an end may take: a hub has to be back within a second.
    threading.Thread(target=server.serve_forever, args=(0.1,), name="health", daemon=True).start()
    return server


def _handler(health: Health, registry: CollectorRegistry) -> type[BaseHTTPRequestHandler]:
    def state(checks: Callable[[], dict[str, bool]]) -> tuple[int, str, bytes]:
        answer = checks()
        return (200 if all(answer.values()) else 503), "application/json", json.dumps(answer).encode()

    pages: dict[str, Callable[[], tuple[int, str, bytes]]] = {
        "/healthz": lambda: state(health.alive),
        "/readyz": lambda: state(health.ready),
        "/metrics": lambda: (200, CONTENT_TYPE_LATEST, generate_latest(registry)),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            status, kind, body = (
                page() if page else (404, "text/plain", b"no such page: try /healthz, /readyz or /metrics\n")
            )
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            log.debug("health_request", line=format % args)

    return Handler
