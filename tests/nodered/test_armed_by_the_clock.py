"""Armed from 22:00 to 06:00, whenever Node-RED is started or killed: also in the two nights in which clocks change."""

import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.nodered.peer import Bus, NodeRed, example
from tests.peers import Mosquitto

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
ZONE = ZoneInfo("Europe/Berlin")
NIGHTS = "019aa0f4-7c2f-7d0a-8c3e-2f1d0b7a9e56"
TOPIC = f"schedule/{NIGHTS}/state"
QUIET_NIGHT, SPRING, AUTUMN = "2026-11-20", "2026-03-28", "2026-10-24"
HOURS = {QUIET_NIGHT: 8, SPRING: 7, AUTUMN: 9}


class ClockedNodeRed(NodeRed):
    """One whose wall clock the test sets."""

    def set_clock(self, at: datetime) -> None:
        """From now on it is that time."""
        (self.folder / "clock").write_text(at.isoformat())

    def environment(self) -> dict[str, str]:
        preload = Path(__file__).parent / "wall-clock.js"
        clock = {"HW_TEST_CLOCK": str(self.folder / "clock"), "NODE_OPTIONS": f"--require={preload}"}
        return super().environment() | clock


@pytest.fixture
def node_red(own_broker: Mosquitto, tmp_path: Path) -> ClockedNodeRed:
    made = ClockedNodeRed(tmp_path, own_broker)
    made.seed()
    return made


def at(night: str, clock: str) -> datetime:
    """That time of the evening, or of the morning after it."""
    local = datetime.fromisoformat(f"{night}T{clock}").replace(tzinfo=ZONE)
    return local if clock >= "12:00" else (local.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZONE)


def nights() -> dict[str, Any]:
    window = {"days": [1, 2, 3, 4, 5, 6, 7], "from": "22:00", "to": "06:00"}
    one = example("config-schedules")["schedules"][0] | {"id": NIGHTS, "windows": [window], "exceptions": []}
    return example("config-schedules", zone=str(ZONE), schedules=[one | {"mode_id": "night", "mode_after_id": "home"}])


def mode(mode_id: str, since: datetime, schedule_id: str | None = None) -> dict[str, Any]:
    """Set by the schedule, or by Anna."""
    by = "schedule Nights" if schedule_id else "Anna"
    said = example("mode-state", mode_id=mode_id, by=by, since=since.isoformat(), schedule_id=schedule_id)
    return said | {"name": mode_id.title()}


def asked(bus: Bus, node_red: ClockedNodeRed, clock: datetime) -> bool:
    """Sets the clock, has the schedules looked at, and gives whether the window is on now."""
    node_red.set_clock(clock)
    bus.tell("config/schedules", nights(), retain=True)
    return bool(bus.hear(TOPIC)["active"])


@pytest.mark.parametrize("night", [QUIET_NIGHT, SPRING, AUTUMN])
def test_started_late_killed_and_started_again_it_is_armed_as_the_clock_says(
    night: str, node_red: ClockedNodeRed, own_bus: Bus
) -> None:
    own_bus.tell("mode/state", mode("home", at(night, "12:00")), retain=True)
    own_bus.tell("config/schedules", nights(), retain=True)
    node_red.set_clock(at(night, "23:10"))
    try:
        node_red.start()
        state = own_bus.hear(TOPIC)
        assert (state["active"], state["since"], state["until"]) == (True, *window_of(night))
        assert own_bus.hear("mode/set")["mode_id"] == "night"
        own_bus.tell("mode/state", mode("night", at(night, "23:10"), NIGHTS), retain=True)
        node_red.stop(signal.SIGKILL)
        node_red.set_clock(at(night, "02:05"))
        node_red.start()
        assert own_bus.hear(TOPIC)["active"] is True
        assert asked(own_bus, node_red, at(night, "05:59"))
        assert not asked(own_bus, node_red, at(night, "06:00"))
        wish = own_bus.hear("mode/set")
        assert (wish["mode_id"], wish["reason"]) == ("home", "Nights has ended")
    finally:
        node_red.stop()
    assert node_red.errors() == []


def window_of(night: str) -> tuple[str, str]:
    """When it begins and ends, as a message has it; so many hours long as that night's clocks make it."""
    begins = at(night, "22:00").astimezone(ZoneInfo("UTC"))
    ends = begins + timedelta(hours=HOURS[night])
    assert ends == at(night, "06:00")
    return tuple(f"{one:%Y-%m-%dT%H:%M:%S.%fZ}" for one in (begins, ends))  # type: ignore[return-value]
