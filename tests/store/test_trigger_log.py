from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.store import device, event, trigger_log
from services.store.device import Described
from services.store.event import Event
from services.store.trigger_log import Triggered
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


def test_the_newest_are_told_oldest_first_within_their_time(engine: Engine) -> None:
    with engine.begin() as connection:
        device.register(connection, "door", Described("Back door", "contact", None, True, False), NOON)
        for minutes, kind in ((6, "device_active"), (4, "device_active"), (3, "device_quiet"), (2, "device_active")):
            at = NOON - timedelta(minutes=minutes)
            made = Event(new_id(), kind, None, None, f"open {minutes}", at, at, at, device_id="door")
            event.add(connection, [made])
        found = trigger_log.recent(connection, NOON - timedelta(minutes=5), NOON, 10)
        newest = trigger_log.recent(connection, NOON - timedelta(minutes=5), NOON, 1)
    assert found == [
        Triggered(NOON - timedelta(minutes=4), "Back door", "open 4", is_device=True),
        Triggered(NOON - timedelta(minutes=2), "Back door", "open 2", is_device=True),
    ]
    assert newest == found[1:]
