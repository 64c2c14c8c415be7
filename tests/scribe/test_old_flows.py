"""A flow made for imagehub-librarian is answered from our rows: real Node-RED, broker, scribe and database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.core.settings import Settings
from tests.asked import looked_at, plate_was_read, plates_wanted
from tests.nodered.outsider import OldFlow
from tests.nodered.peer import Bus, NodeRed
from tests.peers import Mosquitto, wait_until
from tests.pictures import Album
from tests.processes import process

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto, pytest.mark.nodered]
PLATE = (0.25, 0.5, 0.5, 0.625)


@pytest.fixture
def album(engine: Engine, tmp_path: Path) -> Album:
    return Album(engine, Media(tmp_path))


@pytest.fixture
def old_flow(engine: Engine, house: Settings, mosquitto: Mosquitto, tmp_path: Path) -> Iterator[OldFlow]:
    """An old flow in a house whose Node-RED and scribe are up."""
    made = OldFlow(mosquitto)
    witness = Bus(mosquitto, house.mqtt_base_topic)
    with NodeRed(tmp_path, mosquitto, house.mqtt_base_topic), process(house, "services.scribe"):
        # It says so after it has subscribed.
        assert witness.hear("svc/nodered/1/status")["state"] == "online"
        yield made
    witness.close()
    made.close()


def test_an_old_flow_is_answered_from_the_rows(album: Album, old_flow: OldFlow) -> None:
    seen, new = looked_at(album, "car", "umbrella"), album.add()
    plates_wanted(album, seen, "read", read_at=album.at, took_ms=12.5)
    plate_was_read(album, seen, "BAB123", PLATE)
    name = album.get(seen).name
    old_flow.asks_for_objects(f"/home/pi/images/2026-05-01/{name}")
    counts = old_flow.hears("image/id_objects/count")
    assert (counts["car"], counts["umbrella"], counts["person"], counts["isfile"]) == (1, 1, 0, True)

    old_flow.asks_for_plates(album.get(new).name, name)
    wait_until(lambda: album.get(new).state == "pending", "the look")
    album.set(new, state="detected", detected_at=album.at)
    told = old_flow.hears("image/alpr/results")
    assert (told["filename"][11:60], told["processing_time"]) == (name, 12.5)
    (plate,) = told["results"]
    assert (plate["plate"], plate["vehicle"]["type"]) == ("bab123", "car")
    assert plate["box"] == {"xmin": 16, "ymin": 24, "xmax": 32, "ymax": 30}
