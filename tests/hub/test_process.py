import re
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import imagezmq
import numpy as np
import pytest
from sqlalchemy import Engine

from services.core.clock import SystemClock, to_rfc3339
from services.core.messages import EventNew, ImageNew
from services.core.settings import Settings
from services.store import camera, node
from services.store.tables import event, image
from tests.ear import Ear
from tests.hub.house import House, house
from tests.hub.rig import PICTURE, Client
from tests.peers import Mosquitto, free_port, wait_until

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
BLACK = np.zeros((3, 3, 3), np.uint8)


@pytest.fixture
def with_broker(settings: Settings, mosquitto: Mosquitto, engine: Engine) -> Settings:
    return settings.model_copy(update={"mqtt_port": mosquitto.port, "mqtt_base_topic": f"t{free_port()}"})


@pytest.fixture
def hub(with_broker: Settings, engine: Engine) -> Iterator[House]:
    with house(with_broker, engine) as one:
        yield one


@pytest.fixture
def sender(hub: House) -> Iterator[imagezmq.ImageSender]:
    made = imagezmq.ImageSender(connect_to=f"tcp://127.0.0.1:{hub.port}")
    yield made
    made.close()


def test_a_stock_senders_picture_becomes_a_file_a_row_and_a_bell(hub: House, sender: imagezmq.ImageSender) -> None:
    before = datetime.now().astimezone()
    with Ear(hub.settings, [ImageNew]) as ear:
        assert sender.send_jpg("Front Door|jpg", PICTURE) == b"OK"
        (bell,) = ear.wait(ImageNew)
    ((path, content),) = hub.files().items()
    assert content == PICTURE
    found = re.fullmatch(r"images/(\d{4}-\d\d-\d\d)/Front-Door-(\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d\.\d{6})\.jpg", path)
    assert found
    local = datetime.strptime(found[2], "%Y-%m-%dT%H.%M.%S.%f").astimezone()
    assert timedelta(0) <= local - before < timedelta(seconds=30)
    assert found[1] == found[2][:10]
    (row,) = hub.rows()
    assert (row.id, row.path, row.camera_id, row.state) == (bell.image_id, path, "front-door", "new")
    assert row.received_at == row.captured_at == local
    assert (row.width, row.height, row.bytes) == (64, 48, len(PICTURE))


@pytest.mark.parametrize(
    ("name", "file", "camera_id"),
    [
        ("T-Cam T1-2026", "T-Cam-T1-2026", "t-cam-t1-2026"),
        ("Driveway", "Driveway", "driveway"),
        ("Drive way  RPi Cam", "Drive-way--RPi-Cam", "drive-way-rpi-cam"),
        ("Füße ±", "Füße-±", "fue"),
        ("日本", "日本", "unnamed"),
    ],
)
def test_any_name_is_a_camera(hub: House, sender: imagezmq.ImageSender, name: str, file: str, camera_id: str) -> None:
    assert sender.send_jpg(f"{name}|jpg", PICTURE) == b"OK"
    hub.wait_rows(1)
    (row,) = hub.rows()
    assert row.camera_id == camera_id
    assert row.name.startswith(f"{file}-20")
    with hub.engine.connect() as connection:
        (one,) = camera.all_cameras(connection)
    assert (one.source, one.name, one.plan, one.alert_labels) == (name, name, "detect", ["person"])
    assert hub.is_settled()


def test_a_node_that_sends_arrays_is_stored_as_pictures(hub: House, sender: imagezmq.ImageSender) -> None:
    array = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
    assert sender.send_image("Street View|image", array) == b"OK"
    assert sender.send_image("Street View|motion|still", np.zeros((2, 2), np.uint8)) == b"OK"
    hub.wait_rows(1)
    hub.wait_rows(1, event)
    assert list(hub.files().values()) == [cv2.imencode(".jpg", array, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()]


def test_a_publisher_is_heard(with_broker: Settings, engine: Engine) -> None:
    port = free_port()
    publisher = imagezmq.ImageSender(connect_to=f"tcp://127.0.0.1:{port}", REQ_REP=False)
    with house(with_broker, engine, HEARTHWATCH_HUB_PUBLISHERS=f"tcp://127.0.0.1:{port}") as one:

        def stored() -> bool:
            publisher.send_jpg("Published View|jpg", PICTURE)
            publisher.send_image("Published View|image", BLACK)
            return len(one.rows()) >= 2

        wait_until(stored, "pictures of a publisher")
        assert {row.camera_id for row in one.rows()} == {"published-view"}
    publisher.close()


TEXTS = {
    "Driveway|Restart|vm|Linux|192.168x.y|24106|0.28": ("restart", None, "driveway", None, None, None),
    "Driveway RPiCam7|motion|moving": ("motion", "driveway-rpicam7", "driveway", None, None, None),
    "Driveway RPiCam7|motion|still|FrontDoor": ("motion", "driveway-rpicam7", "driveway", "FrontDoor", None, None),
    "Driveway RPiCam7|light|lighted": ("light", "driveway-rpicam7", "driveway", None, None, None),
    "Driveway RPiCam7|light|dark|Lamp": ("light", "driveway-rpicam7", "driveway", "Lamp", None, None),
    "Driveway|Temp|71 F": ("temperature", None, "driveway", None, 71.0, "F"),
    "Driveway|Temp|21.0 C": ("temperature", None, "driveway", None, 21.0, "C"),
    "Driveway|humidity|41.0 %": ("humidity", None, "driveway", None, 41.0, "%"),
    "Driveway|jam|x": ("jam", None, "driveway", None, None, None),
}


def test_each_text_of_a_stock_node_becomes_its_row_its_line_and_its_bell(
    hub: House, sender: imagezmq.ImageSender
) -> None:
    with Ear(hub.settings, [EventNew]) as ear:
        for text in TEXTS:
            assert sender.send_image(text, BLACK) == b"OK"
        ear.wait(EventNew, len(TEXTS))
    rows = {
        row.text: (row.kind, row.camera_id, row.node_id, row.region, row.value, row.unit) for row in hub.rows(event)
    }
    assert rows == TEXTS
    assert all(row.happened_at == row.received_at for row in hub.rows(event))
    lines = hub.log_lines()
    assert [line.split(" ~ ", 1)[1] for line in lines] == ["Starting imagehub.py", *TEXTS]
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ~ ", line) for line in lines)
    with hub.engine.connect() as connection:
        (one,) = node.all_nodes(connection)
        assert (one.id, one.host, one.system, one.address, one.memory_mb) == (
            "driveway",
            "vm",
            "Linux",
            "192.168x.y",
            24106,
        )
        assert [each.node_id for each in camera.all_cameras(connection)] == ["driveway"]


def test_heartbeats_and_test_images_are_no_events_and_no_pictures(hub: House, sender: imagezmq.ImageSender) -> None:
    for text in ("Driveway|Heartbeat", "ROI", "Grayscale", "3 Contours", "State"):
        assert sender.send_jpg(text, PICTURE) == b"OK"
    assert sender.send_jpg("Driveway|motion|moving", PICTURE) == b"OK"
    hub.wait_rows(1, event)
    assert hub.files() == {}
    assert hub.rows(image) == []
    assert len(hub.log_lines()) == 2
    with hub.engine.connect() as connection:
        assert [one.id for one in node.all_nodes(connection)] == ["driveway"]


def test_our_agents_time_of_capture_is_the_rows(hub: House) -> None:
    taken = SystemClock().now() - timedelta(hours=5)
    with Client(hub.port) as client:
        assert client.ask("A|jpg", captured_at=to_rfc3339(taken)) == b"OK"
        assert client.ask("A|jpg", captured_at="2999-01-01T00:00:00Z") == b"OK"
    hub.wait_rows(2)
    first, second = sorted(hub.rows(), key=lambda row: str(row.id))
    assert first.captured_at == taken
    assert second.captured_at == second.received_at


def test_it_ends_in_order_and_says_so(hub: House, sender: imagezmq.ImageSender) -> None:
    assert sender.send_jpg("A|motion|moving\nforged", PICTURE) == b"OK"
    drain = hub.drain_pid()
    assert hub.end(signal.SIGTERM) == 0
    assert [line.split(" ~ ", 1)[1] for line in hub.log_lines()] == [
        "Starting imagehub.py",
        "A|motion|moving\\u000aforged",
        "SIGTERM detected, shutting down",
        "Exiting imagehub.py",
    ]
    assert not Path(f"/proc/{drain}").exists()


def test_a_sender_outlives_a_restart_without_a_lost_picture(hub: House, sender: imagezmq.ImageSender) -> None:
    for number in range(3):
        assert sender.send_jpg(f"A|jam|{number}", PICTURE) == b"OK"
        assert sender.send_jpg("A|jpg", PICTURE) == b"OK"
        assert hub.end() == 0
        hub.start()
    assert sender.send_jpg("A|jpg", PICTURE) == b"OK"
    hub.wait_rows(4)
    assert hub.is_settled()
    assert len({row.id for row in hub.rows(event)}) == 3


def test_a_folder_on_another_disk_than_the_spool_is_refused_with_the_reason(
    with_broker: Settings, engine: Engine
) -> None:
    one = House(with_broker, engine, HEARTHWATCH_SPOOL_DIR="/dev/shm/hearthwatch-test-spool")
    if Path("/dev/shm").stat().st_dev == with_broker.data_dir.stat().st_dev:
        pytest.skip("the temporary folder is in memory as well")
    with pytest.raises(TimeoutError, match="the hub"):
        start_briefly(one)
    assert one.process
    assert one.process.wait(10) == 2
    assert "put both on one" in (with_broker.data_dir / "log").read_text()
    Path("/dev/shm/hearthwatch-test-spool/hub").rmdir()
    Path("/dev/shm/hearthwatch-test-spool").rmdir()


def start_briefly(one: House) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.hub.house.wait_until", lambda condition, what: wait_until(condition, what, 3))
        one.start()
