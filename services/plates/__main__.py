"""`python -m services.plates`: reads plates. Any number may run; each needs an instance name of its own."""

from __future__ import annotations

import sys

from sqlalchemy import Engine

from services.core.service import Service, main
from services.plates.opening import open_reader
from services.plates.plate import PlateReader
from services.plates.serving import serve
from services.store import budget

BUDGET = "plate-recognizer"


def _open(service: Service, engine: Engine) -> PlateReader:
    settings, clock = service.settings, service.clock

    def take() -> bool:
        with engine.begin() as connection:
            return budget.spend(connection, BUDGET, clock.now(), settings.plate_recognizer_monthly)

    return open_reader(settings, take, clock)


if __name__ == "__main__":
    sys.exit(main("plates", lambda service: serve(service, _open)))
