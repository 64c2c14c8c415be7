import hashlib
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from flaskapp.account import tokens
from services.core.ids import new_id
from services.store import token as store
from services.store.account_tables import audit
from services.store.token import Token
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON

PAGE = "/account/tokens"


def make(client: FlaskClient, name: str = "Home Assistant") -> TestResponse:
    return client.post(PAGE, data={"csrf_token": token(client, PAGE), "name": name})


def shown(answer: TestResponse) -> list[str]:
    return re.findall(r'value="(hw_[^"]+)"', answer.text)


def of(engine: Engine, user_id: str) -> list[Token]:
    with engine.connect() as connection:
        return store.of_user(connection, user_id)


def audits(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        columns = (audit.c.user_id, audit.c.action, audit.c.noun_id, audit.c.before_json, audit.c.after_json)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit.c.id))]


def test_a_token_is_shown_once_and_only_its_hash_is_kept(cast: Cast, engine: Engine) -> None:
    answer = make(cast.owner)
    (text,) = shown(answer)
    (made,) = of(engine, cast.owner_id)
    assert (made.name, made.token_sha256) == ("Home Assistant", hashlib.sha256(text.encode()).hexdigest())
    assert len(text) - len(tokens.PREFIX) == 43, "256 random bits"
    assert answer.headers["Cache-Control"] == "no-store"
    again = cast.owner.get(PAGE).text
    assert text not in again
    assert "Home Assistant" in again
    assert "never used" in again
    assert audits(engine) == [(cast.owner_id, "token.create", made.id, None, {"name": "Home Assistant"})]


def test_two_tokens_differ(cast: Cast) -> None:
    assert shown(make(cast.owner)) != shown(make(cast.owner))


def test_a_viewer_makes_and_revokes_their_own(cast: Cast, engine: Engine) -> None:
    assert len(shown(make(cast.viewer))) == 1
    (made,) = of(engine, cast.viewer_id)
    data = {"csrf_token": token(cast.viewer, PAGE)}
    assert cast.viewer.post(f"{PAGE}/{made.id}/revoke", data=data).status_code == 302
    assert of(engine, cast.viewer_id) == []
    assert audits(engine)[-1] == (cast.viewer_id, "token.revoke", made.id, {"name": "Home Assistant"}, None)


def test_a_revoked_token_opens_nothing(cast: Cast, engine: Engine) -> None:
    (text,) = shown(make(cast.owner))
    assert tokens.recognise(engine, text, NOON) is not None
    (made,) = of(engine, cast.owner_id)
    cast.owner.post(f"{PAGE}/{made.id}/revoke", data={"csrf_token": token(cast.owner, PAGE)})
    assert tokens.recognise(engine, text, NOON) is None


def test_nobody_sees_or_revokes_what_is_anothers(cast: Cast, engine: Engine) -> None:
    make(cast.viewer, "Bert's watch")
    (made,) = of(engine, cast.viewer_id)
    assert "Bert" not in cast.owner.get(PAGE).text
    answer = cast.owner.post(f"{PAGE}/{made.id}/revoke", data={"csrf_token": token(cast.owner, PAGE)})
    assert answer.status_code == 404
    assert len(of(engine, cast.viewer_id)) == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_token_needs_a_name(cast: Cast, engine: Engine, name: str) -> None:
    answer = make(cast.owner, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert of(engine, cast.owner_id) == []


def test_there_is_an_end_to_tokens(cast: Cast, engine: Engine) -> None:
    with engine.begin() as connection:
        for number in range(tokens.MOST):
            store.add(connection, Token(new_id(), cast.owner_id, "One", f"{number:064d}", NOON))
    answer = make(cast.owner)
    assert answer.status_code == 422
    assert "Revoke one first" in answer.text


def test_the_account_leads_to_it(cast: Cast) -> None:
    assert f'href="{PAGE}"' in cast.viewer.get("/account").text
