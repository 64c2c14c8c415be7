"""What the `__main__` of every service shares: settings, logs, health pages, signals, an orderly end."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.core import fault, logging
from services.core import health as pages
from services.core.clock import Clock, SystemClock
from services.core.health import Health
from services.core.settings import SettingError, Settings, load


@dataclass(frozen=True)
class Service:
    """What a service's wiring starts from. `stopping` is set by SIGTERM or SIGINT."""

    name: str
    settings: Settings
    clock: Clock
    health: Health
    stopping: threading.Event
    broken: threading.Event


@contextmanager
def running(name: str) -> Iterator[Service]:
    """Loads the settings, starts logs and health pages, and catches the signals to stop.

    `broken` is set when a thread has died.
    """
    settings = load()
    logging.start(settings.log_level, name, settings.instance)
    clock = SystemClock()
    service = Service(name, settings, clock, Health(clock), threading.Event(), fault.end_with_any_thread())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stopping.set())
    log = logging.get(name)
    server = pages.serve(service.health, settings.health_host, settings.health_port)
    log.info("started")
    try:
        yield service
    finally:
        if server:
            server.shutdown()
        log.info("stopped")


def main(name: str, run: Callable[[Service], None]) -> int:
    """Runs a service to its end: 0; 1 when a thread died; 2 when a setting is wrong, as standard error says then."""
    try:
        with running(name) as service:
            run(service)
            return fault.FAILED if service.broken.is_set() else 0
    except SettingError as error:
        print(f"{name} cannot start:\n{error}", file=sys.stderr)  # noqa: T201 (logs may not be up yet)
        return 2
