"""Programs of the cast: an owner's, a viewer's, and one without a token."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from flaskapp.account import tokens
from services.store.account_tables import audit
from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import NOON

BASE = "/api/v1"


@dataclass(frozen=True)
class Program:
    """A client that shows a token and knows no cookies."""

    client: FlaskClient
    token: str | None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def ask(self, method: str, path: str, sent: Any = None, **more: Any) -> TestResponse:
        body = {} if sent is None else {"data": json.dumps(sent), "content_type": "application/json"}
        return self.client.open(BASE + path, method=method, headers=self.headers, **body | more)

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.get_json()


@dataclass(frozen=True)
class Programs:
    owner: Program
    viewer: Program
    stranger: Program


@pytest.fixture
def programs(app: Flask, cast: Cast, engine: Engine) -> Programs:
    owner = tokens.make(engine, cast.owner_id, "Owner's", NOON)
    viewer = tokens.make(engine, cast.viewer_id, "Viewer's", NOON)
    made = [Program(app.test_client(use_cookies=False), text) for text in (owner, viewer, None)]
    return Programs(*made)


def audits(engine: Engine) -> list[tuple[Any, ...]]:
    """What was changed, but for the tokens, and by whom."""
    columns = (audit.c.user_id, audit.c.action, audit.c.noun_id, audit.c.before_json, audit.c.after_json)
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).where(~audit.c.action.startswith("token.")).order_by(audit.c.id))
        return [tuple(row) for row in rows]
