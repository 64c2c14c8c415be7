import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from services.core.ids import new_id
from services.core.media import Media
from services.core.settings import Settings
from services.notifier.telegram.better import BETTER_BY, FOR, SECOND_AFTER, Better, may_edit
from services.notifier.telegram.wire import Wire
from services.store import telegram_message
from services.store.alert_tables import decision, delivery
from services.store.engine import connect
from services.store.tables import image, sighting
from services.store.telegram_message import Sent
from services.store.telegram_tables import telegram_message as table
from tests.notifier.cast import NOON, HeldClock, Scene, jpeg
from tests.notifier.telegram.conftest import with_bot
from tests.notifier.telegram.double import BLOCKED, BROKEN, TelegramDouble
from tests.store.telegram_chat import add_channel, add_person, add_sighting, belong

pytestmark = pytest.mark.mariadb
CHAT = "17"
SMALL = jpeg(64, 48)


class Alert:
    """A message in Anna's chat that has just brought a picture of a person (score 0.87, of a sighting)."""

    def __init__(self, connection: Connection, scene: Scene, telegram: TelegramDouble) -> None:
        self.scene = scene
        self.shown = scene.picture(connection)
        self.sighting_id = add_sighting(connection, "person", self.shown, 0.87)
        belong(connection, self.shown, "person", self.sighting_id)
        self.delivery_id = self._deliver(connection)
        telegram.send_message({"chat_id": CHAT, "text": "Person at Front Door"}, {})
        telegram_message.sent(connection, self.delivery_id, 1, "Person at Front Door", NOON + FOR)

    def _deliver(self, connection: Connection) -> str:
        channel_id = add_channel(connection, add_person(connection, "Anna"), CHAT)
        made, sent = new_id(), new_id()
        connection.execute(
            insert(decision).values(
                id=made, image_id=self.shown, camera_id="front-door", rule="alert-labels", outcome="telling",
                labels=[{"label": "person", "score": 0.87}], reasons=["wanted"], subject="Person", body="Person",
                asked_at=NOON, decided_at=NOON,
            )
        )  # fmt: skip
        row = {"id": sent, "decision_id": made, "channel": "telegram:x", "channel_id": channel_id, "tries": 0}
        connection.execute(insert(delivery).values(**row, state="pending", next_try_at=NOON, created_at=NOON))
        return sent

    def get_better(self, engine: Engine, score: float, data: bytes = SMALL) -> str:
        """The sighting has a new best picture; its id."""
        with engine.begin() as connection:
            image_id = self.scene.picture(connection, NOON, data)
            changed = {"best_image_id": image_id, "best_score": score}
            connection.execute(update(sighting).where(sighting.c.id == self.sighting_id).values(**changed))
            belong(connection, image_id, "person", self.sighting_id, score)
        return image_id


@pytest.fixture
def alert(engine: Engine, scene: Scene, telegram: TelegramDouble) -> Alert:
    with engine.begin() as connection:
        return Alert(connection, scene, telegram)


@pytest.fixture
def better(settings: Settings, engine: Engine, clock: HeldClock, telegram: TelegramDouble) -> Iterator[Better]:
    wire = Wire(with_bot(settings, telegram), timeout_s=5)
    yield Better(engine, clock, Media(settings.media), wire)
    wire.close()


def edits(telegram: TelegramDouble) -> int:
    return telegram.chats[CHAT][0].edits


def test_the_message_gets_the_better_picture_and_keeps_its_words(
    alert: Alert, better: Better, engine: Engine, telegram: TelegramDouble
) -> None:
    better.look()
    assert edits(telegram) == 0
    alert.get_better(engine, 0.95)
    better.look()
    better.look()
    (message,) = telegram.chats[CHAT]
    assert (message.edits, message.words) == (1, "Person at Front Door")
    assert message.picture


def test_a_picture_that_is_hardly_better_is_no_reason(
    alert: Alert, better: Better, engine: Engine, telegram: TelegramDouble
) -> None:
    alert.get_better(engine, 0.87 + BETTER_BY - 0.01)
    better.look()
    assert edits(telegram) == 0


def test_it_is_edited_twice_at_most_and_the_second_time_late(
    alert: Alert, better: Better, engine: Engine, telegram: TelegramDouble, clock: HeldClock
) -> None:
    counts = []
    for score, seconds in [(0.93, 0), (0.99, 5), (0.99, 20), (1.0, 30)]:
        clock.at = NOON + timedelta(seconds=seconds)
        alert.get_better(engine, score)
        better.look()
        counts.append(edits(telegram))
    assert counts == [1, 1, 2, 2]


def test_after_a_minute_it_stays_as_it_is(
    alert: Alert, better: Better, engine: Engine, telegram: TelegramDouble, clock: HeldClock
) -> None:
    clock.move(seconds=FOR.total_seconds())
    alert.get_better(engine, 0.95)
    better.look()
    assert edits(telegram) == 0


@pytest.mark.parametrize("refusal", [BROKEN, BLOCKED])
def test_an_edit_that_fails_is_let_be(
    alert: Alert, better: Better, engine: Engine, telegram: TelegramDouble, refusal: object
) -> None:
    alert.get_better(engine, 0.95)
    telegram.next_refusals["editMessageMedia"] = [refusal]  # type: ignore[list-item]
    better.look()
    better.look()
    assert telegram.calls.count("editMessageMedia") == 1


def test_a_better_picture_whose_file_is_gone_is_let_be(
    alert: Alert, better: Better, engine: Engine, telegram: TelegramDouble, settings: Settings
) -> None:
    image_id = alert.get_better(engine, 0.95)
    with engine.begin() as connection:
        path = connection.scalar(select(image.c.path).where(image.c.id == image_id))
    (settings.media / str(path)).unlink()
    better.look()
    assert edits(telegram) == 0


def test_what_has_gone_out_is_noted_for_a_minute(alert: Alert, better: Better, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(delete(table))
    better.keep(alert.delivery_id, 5, "Person")
    with engine.begin() as connection:
        assert connection.execute(select(table.c.message_id, table.c.until)).all() == [(5, NOON + FOR)]


def test_of_a_delivery_that_is_gone_nothing_is_noted(alert: Alert, better: Better, engine: Engine) -> None:
    better.keep("another-delivery", 5, "Person")
    with engine.begin() as connection:
        assert connection.scalars(select(table.c.delivery_id)).all() == [alert.delivery_id]


def test_with_the_database_away_nothing_is_noted_and_nothing_raised(bare: Settings, telegram: TelegramDouble) -> None:
    nowhere = connect(bare.model_copy(update={"db_port": 9, "db_password": with_bot(bare, telegram).telegram_token}))
    wire = Wire(with_bot(bare, telegram))
    better = Better(nowhere, HeldClock(), Media(bare.media), wire)
    better.keep("a-delivery", 5, "Person")
    beats: list[datetime] = []
    stopping = threading.Event()

    def beat() -> None:
        beats.append(NOON)
        stopping.set()

    better.run(stopping, beat)
    wire.close()
    nowhere.dispose()
    assert beats == [NOON]


@pytest.mark.parametrize(
    ("edits", "age", "may"),
    [(0, timedelta(), True), (1, SECOND_AFTER - timedelta(seconds=1), False), (1, SECOND_AFTER, True)],
)
def test_when_an_edit_may_be(edits: int, age: timedelta, may: bool) -> None:
    one = Sent("a-delivery", CHAT, 5, "an-image", "Person", edits, NOON + FOR)
    assert may_edit(one, NOON + age) is may
