from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import token, user
from services.store.token import Token
from services.store.user import User
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


@pytest.fixture
def anna(engine: Engine) -> str:
    made = User(new_id(), "Anna", "$argon2id$none", "owner", 0, NOON, None)
    with engine.begin() as connection:
        user.create(connection, made)
    return made.id


def a_token(user_id: str, number: int = 0) -> Token:
    return Token(new_id(), user_id, f"Token {number}", f"{number:064d}", NOON + timedelta(seconds=number))


def test_a_token_leads_to_its_owner(engine: Engine, anna: str) -> None:
    with engine.begin() as connection:
        token.add(connection, a_token(anna))
        found = token.owner(connection, f"{0:064d}")
        assert found is not None
        assert found.id == anna
        assert token.owner(connection, f"{1:064d}") is None


def test_tokens_are_told_newest_first(engine: Engine, anna: str) -> None:
    with engine.begin() as connection:
        for number in range(3):
            token.add(connection, a_token(anna, number))
        assert [one.name for one in token.of_user(connection, anna)] == ["Token 2", "Token 1", "Token 0"]


def test_no_two_tokens_are_one(engine: Engine, anna: str) -> None:
    with engine.begin() as connection:
        token.add(connection, a_token(anna))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        token.add(connection, a_token(anna))


def test_only_its_owner_removes_it(engine: Engine, anna: str) -> None:
    made = a_token(anna)
    with engine.begin() as connection:
        token.add(connection, made)
        assert token.remove(connection, new_id(), made.id) is None
        assert token.remove(connection, anna, made.id) == made
        assert token.of_user(connection, anna) == []
