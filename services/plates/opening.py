"""Opens the reader that the settings name: the one way by which the service gets one."""

from __future__ import annotations

from collections.abc import Callable

from services.core.clock import Clock
from services.core.logging import get
from services.core.settings import Settings
from services.look import memory, telemetry
from services.plates.fallback import FallBack
from services.plates.local import LocalReader
from services.plates.local.line import Ocr
from services.plates.plate import PlateReader
from services.plates.text import forms

log = get(__name__)


def open_reader(settings: Settings, take: Callable[[], bool], clock: Clock) -> PlateReader:
    """Return the reader of this machine, or Plate Recognizer with that one behind it.

    `take` notes a look-up that costs, False when this month's are used up. Raises SettingError without the token.
    """

    def open_ocr() -> Ocr:
        telemetry.switch_off()
        memory.give_back_early()
        # Its libraries take 100 MB of memory, which is of no use in a house where no car passes.
        from services.plates.local.rapid import RapidOcr  # noqa: PLC0415

        log.info("reader_opened", reader="rapidocr", threads=settings.plates_threads)
        return RapidOcr(settings.plates_threads)

    local = LocalReader(open_ocr, forms(settings.plates_regions, settings.plates_forms))
    if settings.plates_reader == "local":
        return local
    return FallBack(_recognizer(settings, take, clock), local, clock)


def _recognizer(settings: Settings, take: Callable[[], bool], clock: Clock) -> PlateReader:
    # Who reads on this machine does without the memory of what asks elsewhere.
    from services.plates.remote import Account, PlateRecognizer  # noqa: PLC0415

    account = Account(
        settings.plate_recognizer_url,
        settings.secret("plate_recognizer_token"),
        settings.plates_regions,
        settings.plate_recognizer_timeout_s,
    )
    return PlateRecognizer(account, take, clock)
