from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import IntegrityError

from services.store import telegram_update
from services.store.account_tables import user
from services.store.telegram_update import Done, Update, asker, done, write
from tests.store.telegram_chat import add_channel, add_person

pytestmark = pytest.mark.mariadb
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UPDATE = Update(bot_id=4711, update_id=1)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as made:
        yield made


def test_a_chat_belongs_to_its_person(connection: Connection) -> None:
    anna = add_person(connection, "Anna")
    add_channel(connection, anna, "17")
    found = asker(connection, "17")
    assert found
    assert (found.id, found.name) == (anna.id, "Anna")


@pytest.mark.parametrize(
    ("of_person", "of_channel", "why"),
    [
        ({"enabled": False}, {}, "the person is switched off"),
        ({}, {"enabled": False}, "the channel is switched off"),
        ({}, {"kind": "ntfy"}, "the address is of another kind"),
        ({}, {"address": "18"}, "the chat is another one"),
    ],
)
def test_nobody_else_is_let_in(
    connection: Connection, of_person: dict[str, bool], of_channel: dict[str, str], why: str
) -> None:
    anna = add_person(connection, "Anna", **of_person)
    add_channel(connection, anna, **{"address": "17"} | of_channel)
    assert asker(connection, "17") is None, why


def test_who_enters_an_owners_chat_as_a_viewer_takes_nothing_from_the_owner(connection: Connection) -> None:
    row = {"id": "u1", "name": "aaron", "password_hash": "$argon2id$x", "role": "viewer", "created_at": NOON}
    connection.execute(insert(user).values(**row))
    viewer, owner = add_person(connection, "Aaron", user_id="u1"), add_person(connection, "Zoe")
    add_channel(connection, viewer, "17")
    alone = asker(connection, "17")
    assert alone
    assert (alone.id, alone.role, alone.may_change) == (viewer.id, "viewer", False)
    add_channel(connection, owner, "17")
    both = asker(connection, "17")
    assert both
    assert (both.id, both.may_change) == (owner.id, True)


def test_what_was_carried_out_is_known_with_its_answer(connection: Connection) -> None:
    assert done(connection, UPDATE) is None
    what = Done("The house is set to Away.", ["an-image"], answered=False)
    write(connection, UPDATE, add_person(connection, "Anna").id, what, NOON)
    assert done(connection, UPDATE) == what
    assert done(connection, Update(4712, 1)) is None, "another bot counts for itself"
    telegram_update.answered(connection, UPDATE, NOON)
    assert done(connection, UPDATE) == Done(what.answer, what.images, answered=True)


def test_it_is_carried_out_once(connection: Connection) -> None:
    anna = add_person(connection, "Anna")
    write(connection, UPDATE, anna.id, Done("Yes.", [], answered=False), NOON)
    with pytest.raises(IntegrityError):
        write(connection, UPDATE, anna.id, Done("Yes.", [], answered=False), NOON)


def test_what_is_old_is_forgotten(connection: Connection) -> None:
    anna = add_person(connection, "Anna")
    write(connection, UPDATE, anna.id, Done("Yes.", [], answered=True), NOON)
    assert telegram_update.forget(connection, NOON) == 0
    assert telegram_update.forget(connection, NOON + timedelta(seconds=1)) == 1
    assert done(connection, UPDATE) is None
