"""`config/schedules`, retained: what flows may know of the schedules, and where the house is."""

from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.mode_messages import ConfigSchedules, ScheduleConfig
from services.core.settings import Settings
from services.scribe.retained import RetainedConfig
from services.store import schedule
from services.store.schedule import Schedule

impossible = Counter("scribe_schedules_impossible", "schedules whose row no message can carry; flows are not told")
log = get(__name__)


class Schedules(RetainedConfig):
    """Tells flows of the schedules, with the zone and the place by which they are counted."""

    noun = schedule.NOUN

    def __init__(self, engine: Engine, bus: Bus, clock: Clock, settings: Settings) -> None:
        super().__init__(engine, bus, clock)
        self._settings = settings

    def message(self, connection: Connection, version: int) -> ConfigSchedules:
        """All schedules that a message can carry."""
        known = [made for one in schedule.all_schedules(connection) if (made := _told_of(one))]
        return ConfigSchedules.make(
            self._clock,
            "scribe",
            version=version,
            zone=self._settings.time_zone,
            latitude=self._settings.latitude,
            longitude=self._settings.longitude,
            schedules=known,
        )


def _told_of(one: Schedule) -> ScheduleConfig | None:
    """None for a row that no message can carry: flows hear of all the others."""
    try:
        return ScheduleConfig.model_validate({"id": one.id, **one.values()})
    except ValidationError as error:
        impossible.inc()
        wrong = sorted({str(mistake["loc"][0]) for mistake in error.errors(include_input=False)})
        log.error("schedule_not_told", schedule_id=one.id, wrong=wrong, fix="save the schedule anew on its page")
        return None
