"""What the views stand on, made once a process: `gallery()` inside a request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy import Engine

from flaskapp.eds.recent import Recent
from flaskapp.health.board import Board
from flaskapp.health.disk import Rate
from flaskapp.live.fanout import Fanout
from flaskapp.picture.thumbs import Thumbs
from flaskapp.rule.answers import Answers
from flaskapp.zone import Zone
from services.core.bus import Bus
from services.core.clock import Clock
from services.core.health import Health
from services.core.media import Media
from services.core.messages import ConfigChanged
from services.core.settings import Settings

KEY = "hearthwatch"


@dataclass(frozen=True)
class Gallery:
    """The process's settings, clock, ways to database, broker and media, and what it knows of the moment."""

    settings: Settings
    engine: Engine
    clock: Clock
    bus: Bus
    zone: Zone
    media: Media
    thumbs: Thumbs
    fanout: Fanout
    board: Board
    rate: Rate
    answers: Answers
    recent: Recent
    health: Health

    def now(self) -> datetime:
        """The clock's time, aware and in UTC."""
        return self.clock.now()

    def has_place(self) -> bool:
        """Whether somebody has said where the house is, as the sun needs it."""
        return self.settings.latitude is not None and self.settings.longitude is not None

    def ring_changed(self, noun: str) -> None:
        """Tells scribe what a person has changed. With the broker away nothing is lost: it looks by itself, too."""
        self.bus.ring(ConfigChanged.make(self.clock, "gallery", noun=noun))


def gallery() -> Gallery:
    """The gallery that serves the present request."""
    return cast("Gallery", cast("Any", current_app).extensions[KEY])
