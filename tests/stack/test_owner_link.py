import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.store import audit, invite, user
from services.store.user import User
from stack.owner_link import LIFETIME, make
from tests.pictures import NOON, HeldClock

pytestmark = pytest.mark.mariadb


def test_the_link_holds_a_token_of_which_only_the_hash_is_kept(engine: Engine) -> None:
    link = make(engine, "http://127.0.0.1:8080/", HeldClock())
    assert link
    start, token = link.rsplit("/", 1)
    assert start == "http://127.0.0.1:8080/invite"
    with engine.connect() as connection:
        found = invite.find_open(connection, hashlib.sha256(token.encode()).hexdigest(), NOON)
        assert found
        assert found.role == "owner"
        late = NOON + LIFETIME + timedelta(seconds=1)
        assert invite.find_open(connection, found.token_sha256, late) is None


def test_of_several_first_links_only_the_newest_works(engine: Engine) -> None:
    clock = HeldClock()
    links = [make(engine, "http://127.0.0.1:8080", clock) for _ in range(3)]
    tokens = [str(link).rsplit("/", 1)[1] for link in links]
    with engine.connect() as connection:
        found = [invite.find_open(connection, hashlib.sha256(one.encode()).hexdigest(), NOON) for one in tokens]
    assert [one is not None for one in found] == [False, False, True]


def test_there_is_no_link_once_somebody_has_an_account(engine: Engine) -> None:
    with engine.begin() as connection:
        user.create(connection, User(new_id(), "Ada", "$argon2id$x", "owner", 0, NOON, None))
    assert make(engine, "http://127.0.0.1:8080", HeldClock()) is None


def test_whoever_may_run_commands_here_is_let_in_and_that_is_written_down(engine: Engine) -> None:
    with engine.begin() as connection:
        user.create(connection, User(new_id(), "Ada", "$argon2id$x", "owner", 0, NOON, None))
    link = make(engine, "http://127.0.0.1:8080", HeldClock(), another=True)
    assert link
    digest = hashlib.sha256(link.rsplit("/", 1)[1].encode()).hexdigest()
    with engine.connect() as connection:
        found = invite.find_open(connection, digest, NOON)
        changes = audit.of(connection, "invite.create", digest, 2)
    assert found
    assert [(change.user_name, change.after_json) for change in changes] == [(None, {"role": "owner"})]
