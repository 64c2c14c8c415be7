"""The hub under load of stock senders, with everything around it dying: what was acknowledged is there afterwards."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.settings import Settings
from services.store.engine import connect
from services.store.migrate import migrate
from services.store.tables import event
from tests.disks import small_disk
from tests.hub.house import House, StockSender, acknowledged, house, kill, load
from tests.hub.rig import PICTURE, Client
from tests.peers import MariaDb, Mosquitto, free_port, wait_until

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto, pytest.mark.timeout(300)]
ROUNDS = 12


@pytest.fixture
def with_broker(settings: Settings, mosquitto: Mosquitto, engine: Engine) -> Settings:
    return settings.model_copy(update={"mqtt_port": mosquitto.port, "mqtt_base_topic": f"t{free_port()}"})


@pytest.fixture
def hub(with_broker: Settings, engine: Engine) -> Iterator[House]:
    with house(with_broker, engine) as one:
        yield one


def sending(senders: list[StockSender], more: int = 20) -> None:
    """Waits until so many more pictures have been acknowledged."""
    count = len(acknowledged(senders)) + more
    wait_until(lambda: len(acknowledged(senders)) >= count, f"{more} more pictures")


def all_are_there(hub: House, senders: list[StockSender]) -> None:
    """Every acknowledged picture has exactly one file and one row; and no file is without row, no row without file."""
    wanted = acknowledged(senders)
    wait_until(lambda: set(wanted) <= {row.sha256 for row in hub.rows()}, "the rows of all acknowledged pictures")
    wait_until(hub.is_settled, "a row for each file and a file for each row")
    rows = Counter(row.sha256 for row in hub.rows())
    assert [rows[one] for one in wanted] == [1] * len(wanted)
    assert not [path for path in hub.files() if path.endswith(".part")]


def test_a_hub_that_is_killed_again_and_again_loses_nothing(hub: House) -> None:
    with load(hub.port, PICTURE) as senders:
        for number in range(ROUNDS):
            sending(senders, 10 + 7 * (number % 4))
            hub.end(signal.SIGKILL)
            hub.start()
        sending(senders)
    all_are_there(hub, senders)


def test_a_drain_that_is_killed_again_and_again_writes_each_row_once(hub: House) -> None:
    with load(hub.port, PICTURE) as senders:
        for _ in range(5):
            sending(senders)
            before = hub.drain_pid()
            kill(before)
            wait_until(lambda pid=before: not Path(f"/proc/{pid}").exists(), "its end")
        sending(senders)
        assert {reply for sender in senders for reply in sender.replies} == {b"OK"}
    all_are_there(hub, senders)
    wait_until(lambda: all(hub.ready().values()), "a drain that is back")


@pytest.fixture
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with MariaDb(tmp_path_factory.mktemp("own-mariadb")) as server:
        migrate(server.settings())
        yield server


@pytest.fixture
def own_hub(own_database: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Iterator[House]:
    settings = own_database.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{free_port()}")
    engine = connect(settings)
    with house(settings, engine) as one:
        yield one
    engine.dispose()


def test_a_frozen_database_slows_no_reply_and_loses_nothing(own_database: MariaDb, own_hub: House) -> None:
    with load(own_hub.port, PICTURE) as senders:
        sending(senders)
        own_database.send(signal.SIGSTOP)
        time.sleep(10)
        count = len(acknowledged(senders))
        sending(senders)
        own_database.send(signal.SIGCONT)
    assert count > 100
    assert not any(sender.gave_up for sender in senders)
    all_are_there(own_hub, senders)


def test_a_hub_is_restarted_at_once_while_the_database_is_frozen(own_database: MariaDb, own_hub: House) -> None:
    with load(own_hub.port, PICTURE) as senders:
        sending(senders)
        own_database.send(signal.SIGSTOP)
        sending(senders)
        start = time.monotonic()
        assert own_hub.end() == 0
        own_hub.start()
        assert time.monotonic() - start < 5
        sending(senders)
        own_database.send(signal.SIGCONT)
    all_are_there(own_hub, senders)


def test_a_database_that_dies_and_comes_back_loses_nothing(own_database: MariaDb, own_hub: House) -> None:
    with load(own_hub.port, PICTURE) as senders:
        sending(senders)
        own_database.stop(signal.SIGKILL)
        sending(senders, 200)
        own_database.start()
        sending(senders)
    assert {reply for sender in senders for reply in sender.replies} == {b"OK"}
    all_are_there(own_hub, senders)


def test_without_database_and_broker_pictures_are_taken_and_catalogued_later(
    own_database: MariaDb, tmp_path: Path
) -> None:
    own_database.stop()
    data = tmp_path / "data"
    data.mkdir()
    settings = own_database.settings(data_dir=data, mqtt_port=free_port())
    engine = connect(settings)
    with house(settings, engine) as one, Client(one.port) as client:
        for number in range(20):
            assert client.ask("Front Door|jpg", PICTURE + str(number).encode()) == b"OK"
            assert client.ask("Front Door|motion|moving") == b"OK"
        assert len(one.files()) == 20
        own_database.start()
        one.wait_rows(20)
        one.wait_rows(20, event)
        assert one.is_settled()
    engine.dispose()


def test_a_full_disk_refuses_visibly_breaks_nothing_and_recovers_by_itself(
    with_broker: Settings, engine: Engine, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "small", "4m") as folder:
        settings = with_broker.model_copy(update={"data_dir": folder})
        picture = PICTURE[:-2] + bytes(100_000) + PICTURE[-2:]
        with house(settings, engine) as one, Client(one.port) as client:
            replies = [client.ask("Front Door|jpg", picture) or b"" for _ in range(80)]
            accepted = replies.count(b"OK")
            assert 10 < accepted < 80
            assert set(replies) == {b"OK", b"REFUSED No space left on device"}
            assert not one.ready()["disk"]
            assert one.counter("hub_refused_total") == 80 - accepted
            one.wait_rows(accepted)
            assert one.is_settled()
            filled = sorted(one.files())
            for path in filled[:10]:
                (settings.media / path).unlink()
            wait_until(lambda: client.ask("Front Door|jpg", picture) == b"OK", "a picture that fits again")
            assert one.ready()["disk"]
            assert set(one.files()) - set(filled)
            one.wait_rows(accepted + 1)


def test_the_reply_to_a_picture_comes_in_time_while_the_broker_is_away(
    own_database: MariaDb, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Mosquitto(tmp_path_factory.mktemp("own-mosquitto")) as broker:
        settings = own_database.settings(data_dir=tmp_path, mqtt_port=broker.port)
        engine = connect(settings)
        with house(settings, engine) as one:
            with load(one.port, PICTURE, count=2) as senders:
                sending(senders)
                broker.stop(signal.SIGKILL)
                sending(senders, 200)
                broker.start()
                sending(senders)
            assert not any(sender.gave_up for sender in senders)
            all_are_there(one, senders)
        engine.dispose()
