"""Opens Telegram where there is a bot. What that needs is imported only then: it takes 30 MB."""

import threading
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Protocol

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.health import Health
from services.core.messages import Message
from services.core.settings import Settings
from services.notifier.channels.opening import Opener


class Office(Protocol):
    """All of Telegram in one notifier. `openers` make the channels of its kind."""

    openers: Mapping[str, Opener]

    def counts(self) -> Mapping[str, float]:
        """Figures for the notifier's status."""
        ...

    def start(self, stopping: threading.Event, health: Health) -> None:
        """Starts its threads; each gives signs of life."""
        ...

    def stop(self) -> None:
        """Ends them; `stopping` must be set, and nobody may be sending any more."""
        ...


class Closed:
    """There is no bot."""

    def __init__(self) -> None:
        self.openers: Mapping[str, Opener] = {}

    def counts(self) -> Mapping[str, float]:
        """None."""
        return {}

    def start(self, stopping: threading.Event, health: Health) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to end."""


def open_office(
    settings: Settings,
    engine: Engine,
    clock: Clock,
    zone: tzinfo | None,
    ring: Callable[[Message], None],
) -> Office:
    """The office, closed without a token. Raises `SettingError` for a token that is none."""
    if not configured(settings):
        return Closed()
    from services.notifier.telegram.staff import Staff  # noqa: PLC0415

    return Staff(settings, engine, clock, zone, ring)


def configured(settings: Settings) -> bool:
    """Whether there is a bot: in containers its file is there without one, too, and empty."""
    return settings.telegram_token is not None and bool(settings.telegram_token.get_secret_value())
