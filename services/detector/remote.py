"""Opens the remote detector, where one is wanted. What it needs is imported only then."""

from __future__ import annotations

import importlib

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.settings import Settings
from services.detector.look import Looker
from services.detector.plugin import Detector
from services.detector.purse import Purse

MODULES = {"rekognition": "services.detector.rekognition"}
"""Where each of `pins.REMOTE` is: a module with `open_plugin`."""


def open_remote(settings: Settings, engine: Engine, clock: Clock) -> Detector | None:
    """The detector that HEARTHWATCH_DETECTOR_REMOTE names, or None. Raises `SettingError` where its settings miss."""
    name = settings.detector_remote
    if name is None:
        return None
    purse = Purse(engine, clock, name, settings.detector_remote_monthly)
    return Looker(importlib.import_module(MODULES[name]).open_plugin(settings, purse.spend, clock))
