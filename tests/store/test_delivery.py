import threading
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, delete, select

from services.store import delivery, errand
from services.store.alert_tables import attempt
from services.store.delivery import Attempt, State, Turn
from services.store.tables import image
from tests.peers import wait_until
from tests.store.test_cooldown import NOON, decided, waits_for_a_lock

pytestmark = pytest.mark.mariadb
EXPIRY = NOON + timedelta(minutes=10)


def due(connection: Connection, *channels: str, number: int = 1) -> str:
    made = decided(connection, number)
    delivery.add(connection, made, channels or ("email:a@b.c",), NOON)
    return made


def claim(connection: Connection, by: str = "1") -> str:
    claimed = delivery.claim(connection, NOON, Turn(by, EXPIRY))
    assert claimed is not None
    return claimed


def test_a_claimed_delivery_comes_with_all_that_its_message_needs(engine: Engine) -> None:
    with engine.begin() as connection:
        made = due(connection)
        found = errand.find(connection, claim(connection))
        assert found is not None
        photo = errand.photo(connection, found)
    assert (found.decision_id, found.channel, found.claim_expires_at) == (made, "email:a@b.c", EXPIRY)
    assert (found.subject, found.body, found.addressee) == ("s", "b", None)
    assert photo is not None
    assert photo.path == "images/1.jpg"


def test_nothing_is_claimed_before_its_time_or_twice_or_through_a_resting_channel(engine: Engine) -> None:
    with engine.begin() as connection:
        due(connection)
        assert delivery.claim(connection, NOON - timedelta(seconds=1), Turn("1", EXPIRY)) is None
        assert delivery.claim(connection, NOON, Turn("1", EXPIRY, resting=["email:a@b.c"])) is None
        claim(connection)
        assert delivery.claim(connection, NOON, Turn("2", EXPIRY)) is None


@pytest.mark.parametrize("channels", [("email:a@b.c",), ("email:a@b.c", "email:d@e.f")])
def test_who_finds_a_delivery_taken_takes_the_next_one_or_none(channels: tuple[str, ...], engine: Engine) -> None:
    with engine.begin() as connection:
        due(connection, *channels)
    claimed: list[str | None] = []

    def second() -> None:
        with engine.begin() as connection:
            claimed.append(delivery.claim(connection, NOON, Turn("2", EXPIRY)))

    with engine.begin() as connection:
        first = claim(connection, "1")
        thread = threading.Thread(target=second)
        thread.start()
        wait_until(lambda: waits_for_a_lock(engine), "the second one")
    thread.join()
    assert first not in claimed
    assert (claimed == [None]) == (len(channels) == 1)


def test_a_delivery_is_lost_when_its_claim_expires_or_its_notifier_starts_anew(engine: Engine) -> None:
    with engine.begin() as connection:
        due(connection)
        claimed = claim(connection, "1")
        assert delivery.lost(connection, EXPIRY - timedelta(seconds=1)) == []
        assert [one.id for one in delivery.lost(connection, EXPIRY)] == [claimed]
        assert [one.id for one in delivery.left_by(connection, "1")] == [claimed]
        assert delivery.left_by(connection, "2") == []


def test_each_try_is_a_row(engine: Engine) -> None:
    with engine.begin() as connection:
        due(connection)
        claimed = claim(connection)
        delivery.record(connection, claimed, 1, Attempt(NOON, NOON, "passing", "451 later"))
        delivery.again(connection, claimed, NOON)
        delivery.record(connection, claim(connection), 2, Attempt(NOON, NOON, "accepted", None))
        delivery.sent(connection, claimed, NOON)
        standing = delivery.lock(connection, claimed)
        rows = connection.execute(select(attempt.c.number, attempt.c.outcome).order_by(attempt.c.number)).all()
    assert standing == State("sent", None, 2, NOON)
    assert [tuple(row) for row in rows] == [(1, "passing"), (2, "accepted")]


def test_a_decision_is_under_way_until_its_last_delivery_is_settled(engine: Engine) -> None:
    with engine.begin() as connection:
        made = due(connection, "email:a@b.c", "email:d@e.f")
        assert delivery.due(connection, NOON) == 2
        delivery.failed(connection, claim(connection))
        assert delivery.under_way(connection, made)
        delivery.sent(connection, claim(connection), NOON)
        assert not delivery.under_way(connection, made)
        assert delivery.due(connection, NOON) == 0


def test_a_delivery_goes_with_its_image(engine: Engine) -> None:
    with engine.begin() as connection:
        due(connection)
        claimed = claim(connection)
        connection.execute(delete(image))
        assert errand.find(connection, claimed) is None
        assert delivery.lock(connection, claimed) is None
