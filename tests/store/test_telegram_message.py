from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, delete, insert, update

from services.core.ids import new_id
from services.store import camera, image, telegram_message
from services.store.alert_tables import decision, delivery
from services.store.image import NewImage
from services.store.person_tables import channel
from services.store.tables import detection
from services.store.tables import image as image_table
from services.store.telegram_message import Sent, better_picture, may_get_better, take_edit
from tests.store.telegram_chat import add_channel, add_person, add_sighting

pytestmark = pytest.mark.mariadb
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UNTIL = NOON + timedelta(seconds=60)


def add_picture(connection: Connection, at: datetime = NOON) -> str:
    image_id = new_id()
    camera_id = camera.register(connection, "Front Door", NOON)
    path = f"images/{image_id}.jpg"
    row = NewImage(image_id, camera_id, f"{image_id}.jpg", path, at, at, at, 320, 240, 9, "0" * 64)
    image.add(connection, [row])
    return image_id


def see(connection: Connection, image_id: str, label: str, score: float, sighting_id: str, ordinal: int = 0) -> None:
    connection.execute(
        insert(detection).values(
            image_id=image_id, ordinal=ordinal, camera_id="front-door", captured_at=NOON, label=label, score=score,
            x1=0.1, y1=0.1, x2=0.4, y2=0.9, model="m", model_version="1", best=True, sighting_id=sighting_id,
        )
    )  # fmt: skip


def add_delivery(connection: Connection, image_id: str | None, channel_id: str, *labels: str) -> str:
    made, sent = new_id(), new_id()
    wanted = [{"label": label, "score": 0.5} for label in labels or ("person",)]
    connection.execute(
        insert(decision).values(
            id=made, image_id=image_id, camera_id="front-door", rule=f"r-{made[-8:]}", outcome="telling",
            labels=wanted, reasons=["wanted"], subject="Person", body="Person", asked_at=NOON, decided_at=NOON,
        )
    )  # fmt: skip
    row = {"id": sent, "decision_id": made, "channel": f"telegram:{channel_id}"[:64], "channel_id": channel_id}
    connection.execute(insert(delivery).values(**row, state="pending", next_try_at=NOON, tries=0, created_at=NOON))
    return sent


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as made:
        yield made


def brought(connection: Connection, image_id: str, *labels: str) -> Sent:
    """A message that has just brought an alert of this picture to Anna's chat."""
    channel_id = add_channel(connection, add_person(connection, "Anna"), "17")
    delivery_id = add_delivery(connection, image_id, channel_id, *labels)
    telegram_message.sent(connection, delivery_id, 5, "Person", UNTIL)
    return may_get_better(connection, NOON, 2)[0]


def test_a_message_is_found_with_its_chat_until_its_time_is_up(connection: Connection) -> None:
    image_id = add_picture(connection)
    one = brought(connection, image_id)
    assert (one.chat, one.message_id, one.image_id, one.caption, one.edits) == ("17", 5, image_id, "Person", 0)
    assert may_get_better(connection, UNTIL, 2) == []
    assert may_get_better(connection, NOON, 0) == []


def test_a_chat_is_not_shown_where_a_message_is_logged(connection: Connection) -> None:
    assert "chat" not in repr(brought(connection, add_picture(connection)))


def test_of_a_message_that_went_out_twice_the_later_one_counts(connection: Connection) -> None:
    one = brought(connection, add_picture(connection))
    telegram_message.sent(connection, one.delivery_id, 6, "Person", UNTIL)
    assert [sent.message_id for sent in may_get_better(connection, NOON, 2)] == [6]


def test_a_message_without_a_picture_of_ours_is_not_kept(connection: Connection) -> None:
    camera.register(connection, "Front Door", NOON)
    channel_id = add_channel(connection, add_person(connection, "Anna"), "17")
    telegram_message.sent(connection, add_delivery(connection, None, channel_id), 5, "Summary", UNTIL)
    assert may_get_better(connection, NOON, 2) == []


def test_the_best_picture_of_what_was_told_of_is_found_when_it_is_much_better(connection: Connection) -> None:
    shown, best = add_picture(connection), add_picture(connection)
    see(connection, shown, "person", 0.5, add_sighting(connection, "person", best, 0.9))
    one = brought(connection, shown)
    assert better_picture(connection, one, by=0.3) == best
    assert better_picture(connection, one, by=0.5) is None


def test_a_better_picture_of_something_else_is_none(connection: Connection) -> None:
    shown, of_car = add_picture(connection), add_picture(connection)
    see(connection, shown, "person", 0.5, add_sighting(connection, "person", shown, 0.5))
    see(connection, shown, "car", 0.5, add_sighting(connection, "car", of_car, 0.99), ordinal=1)
    assert better_picture(connection, brought(connection, shown), by=0.1) is None


def test_a_better_picture_that_has_been_deleted_is_none(connection: Connection) -> None:
    shown, best = add_picture(connection), add_picture(connection)
    see(connection, shown, "person", 0.5, add_sighting(connection, "person", best, 0.9))
    one = brought(connection, shown)
    connection.execute(delete(image_table).where(image_table.c.id == best))
    assert better_picture(connection, one, by=0.1) is None


def test_an_edit_is_taken_by_one_notifier_only(connection: Connection) -> None:
    shown, best = add_picture(connection), add_picture(connection)
    one = brought(connection, shown)
    assert take_edit(connection, one, best)
    assert not take_edit(connection, one, best)
    assert [(sent.image_id, sent.edits) for sent in may_get_better(connection, NOON, 2)] == [(best, 1)]


def test_a_message_through_a_channel_that_was_switched_off_stays_as_it_is(connection: Connection) -> None:
    brought(connection, add_picture(connection))
    connection.execute(update(channel).values(enabled=False))
    assert may_get_better(connection, NOON, 2) == []
