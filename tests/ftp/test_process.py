"""The service ftp as a process: on a real MariaDB and a real broker."""

import ftplib
import io
import signal
import ssl
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.settings import Settings
from services.store import camera, ftp_user
from services.store.ftp_user import FtpUser
from services.store.tables import image
from tests.ftp.rig import HASH, PASSWORD
from tests.peers import MariaDb, Mosquitto, free_port, listens, wait_until
from tests.pictures import lively
from tests.processes import process

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
NAME = "c_20261120142305.jpg"


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


def enrol(engine: Engine) -> None:
    now = SystemClock().now()
    with engine.begin() as connection:
        camera_id = camera.register(connection, "Front Door", now)
        ftp_user.add(connection, FtpUser("front", HASH, camera_id, True, None, None, now))


def rows(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(image.c.sha256).where(image.c.camera_id == "front-door")))


def test_a_picture_that_comes_encrypted_becomes_a_row_and_the_service_ends_in_order(
    engine: Engine, house: Settings
) -> None:
    enrol(engine)
    port = free_port()
    settings = {"HEARTHWATCH_FTP_PORT": str(port), "HEARTHWATCH_FTP_HOST": "127.0.0.1"}
    settings |= {"HEARTHWATCH_FTP_TLS": "required", "HEARTHWATCH_FTP_PASSIVE": "46000-46099"}
    with process(house, "services.ftp", **settings) as child:
        wait_until(lambda: listens(port), "the service")
        wait_until((house.spool / "ftp" / "users.json").exists, "the user")
        with ftplib.FTP_TLS(timeout=20, context=ssl._create_unverified_context()) as client:
            client.connect("127.0.0.1", port)
            client.login("front", PASSWORD)
            client.prot_p()
            for _ in range(2):
                assert client.storbinary(f"STOR {NAME}", io.BytesIO(lively())).startswith("226")
            wait_until(lambda: len(rows(engine)) == 1, "the row")
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
    assert len(rows(engine)) == 1
    assert PASSWORD not in (house.data_dir / "log").read_text()
