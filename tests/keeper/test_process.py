"""The keeper as a process: it does its rounds by itself."""

import signal
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine

from services.core.messages import ImageDetected, ImageNew, ServiceStatus, WorkDetect
from services.core.settings import Settings
from services.store import garbage
from tests.ear import Ear
from tests.peers import free_port, wait_until
from tests.pictures import Album
from tests.processes import process

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]


def test_it_does_each_duty_by_itself_and_stops_when_told(engine: Engine, house: Settings, album: Album) -> None:
    album.at = datetime.now(UTC) - timedelta(minutes=1)
    fresh, waiting = album.add(), album.pending("b")
    dead = {"claimed_by": "dead", "claim_expires_at": album.at, "state": "detecting"}
    last = album.pending("c", attempts=3, **dead)
    path = "images/2026-05-01/gone.jpg"
    album.media.place(path, b"old")
    with engine.begin() as connection:
        garbage.add(connection, path, "a test", album.at)
    port = free_port()
    with (
        Ear(house, [ImageNew, WorkDetect, ImageDetected, ServiceStatus]) as ear,
        process(house, "services.keeper", HEARTHWATCH_HEALTH_PORT=str(port)) as child,
    ):
        assert ear.wait(ImageNew)[0].image_id == fresh
        assert ear.wait(WorkDetect)[0].image_id == waiting
        assert ear.wait(ImageDetected)[0].image_id == last
        wait_until(lambda: not album.media.path(path).exists(), "the deletion")
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 200
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
        assert ear.wait(ServiceStatus, 2)[-1].state == "offline"
