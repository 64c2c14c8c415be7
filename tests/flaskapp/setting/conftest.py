from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from flaskapp.guard import Person
from flaskapp.setting import file, text
from flaskapp.setting.file import Report
from services.store.account_tables import audit
from tests.conftest import empty
from tests.flaskapp.conftest import person


@dataclass
class Settings:
    """The settings of a house, and Anna, who takes them away and brings them."""

    engine: Engine
    anna: Person

    def export(self) -> str:
        with self.engine.connect() as connection:
            return file.export(connection)

    def tree(self) -> Any:
        return text.read(self.export())

    def bring(self, tree: Any, exact: bool = False, dry: bool = False) -> Report:
        sent = tree if isinstance(tree, str) else text.write(tree)
        return file.bring(self.engine, self.anna, sent, exact, dry)

    def move(self) -> None:
        """To a house without anything."""
        empty(self.engine)
        self.anna = anna(self.engine)

    def audits(self) -> list[tuple[str, str]]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(audit.c.action, audit.c.noun_id).order_by(audit.c.id))
            return [tuple(row) for row in rows]


def anna(engine: Engine) -> Person:
    return Person(person(engine, "Anna", "owner"), "Anna", "owner", 0)


@pytest.fixture
def kept(app: Flask, engine: Engine) -> Iterator[Settings]:
    with app.app_context():
        yield Settings(engine, anna(engine))
