import json
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from yoyo import read_migrations

from services.core.ids import new_id
from services.store.engine import connect
from services.store.migrate import FOLDER, is_current, migrate
from tests.peers import MariaDb

pytestmark = pytest.mark.mariadb
FILES = sorted(FOLDER.glob("*.sql"))


def schema_of(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        tables = [name for name in connection.scalars(text("SHOW TABLES")) if "yoyo" not in name]
        made = {name: connection.execute(text(f"SHOW CREATE TABLE `{name}`")).one()[1] for name in tables}
    # How many rows there have been is no part of the schema.
    return {name: re.sub(r" AUTO_INCREMENT=\d+", "", statement) for name, statement in made.items()}


def empty_database(server: MariaDb, name: str) -> None:
    engine = connect(server.settings())
    with engine.begin() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
    engine.dispose()


@pytest.mark.parametrize("version", range(len(FILES)))
def test_a_database_of_every_earlier_version_becomes_the_current_one(migrated: MariaDb, version: int) -> None:
    empty_database(migrated, "earlier")
    settings = migrated.settings(db_name="earlier")
    migrate(settings, only_first=version)
    migrate(settings)
    upgraded, fresh = connect(settings), connect(migrated.settings())
    assert schema_of(upgraded) == schema_of(fresh)
    assert is_current(upgraded)
    upgraded.dispose()
    fresh.dispose()


def test_a_second_run_has_nothing_to_do(migrated: MariaDb) -> None:
    assert migrate(migrated.settings()) == []


def test_a_half_migrated_database_is_not_current(migrated: MariaDb) -> None:
    empty_database(migrated, "half")
    settings = migrated.settings(db_name="half")
    engine = connect(settings)
    assert not is_current(engine)
    migrate(settings, only_first=2)
    assert not is_current(engine)
    engine.dispose()


def test_a_mode_that_a_schedule_has_set_before_the_upgrade_is_still_its_own(migrated: MariaDb) -> None:
    empty_database(migrated, "ruled")
    settings = migrated.settings(db_name="ruled")
    names = [migration.id for migration in read_migrations(str(FOLDER))]
    migrate(settings, only_first=names.index("0063.fill-in-schedules-of-mode-changes"))
    engine, nights = connect(settings), new_id()
    change = "INSERT INTO mode_change (id, mode_id, since, set_by, reason) VALUES (:id, 'night', :at, :by, 'x')"
    with engine.begin() as connection:
        made = "INSERT INTO schedule (id, name, windows, exceptions) VALUES (:id, 'Nights', '[]', '[]')"
        connection.execute(text(made), {"id": nights})
        for hour, by in enumerate(("schedule Nights", "Nights", "schedule Others")):
            connection.execute(text(change), {"id": new_id(), "at": f"2026-11-20 {hour:02}:00:00", "by": by})
    migrate(settings)
    with engine.connect() as connection:
        told = connection.scalars(text("SELECT schedule_id FROM mode_change ORDER BY since")).all()
    engine.dispose()
    assert told == [nights, None, None]


def test_the_inputs_of_rules_name_plates_and_details_after_the_upgrade(migrated: MariaDb) -> None:
    empty_database(migrated, "linked")
    settings = migrated.settings(db_name="linked")
    names = [migration.id for migration in read_migrations(str(FOLDER))]
    migrate(settings, only_first=names.index("0081.let-inputs-name-plates-and-details"))
    engine = connect(settings)
    before = {"kind": "camera", "id": None, "zones": ['"standings":'], "standings": None}
    with engine.begin() as connection:
        made = "INSERT INTO link (id, name, inputs, actions, created_at) VALUES (:id, 'Rule', :inputs, '[{}]', NOW())"
        connection.execute(text(made), {"id": new_id(), "inputs": json.dumps([before, before])})
    migrate(settings)
    with engine.connect() as connection:
        (inputs,) = connection.scalars(text("SELECT inputs FROM link")).all()
    engine.dispose()
    assert json.loads(inputs) == [before | {"plates": None, "details": None}] * 2


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_migration_is_one_statement(file: Path) -> None:
    assert file.read_text().count(";\n") == 1, "MariaDB cannot roll DDL back: one statement each"


def test_every_table_and_column_that_needs_it_says_its_unit(engine: Engine) -> None:
    with engine.connect() as connection:
        bare = connection.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() "
                "AND data_type IN ('datetime', 'float', 'double', 'json', 'text') AND column_comment = '' "
                "AND table_name NOT LIKE '%yoyo%'"
            )
        ).all()
        silent = connection.execute(
            text(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
                "AND table_comment = '' AND table_name NOT LIKE '%yoyo%'"
            )
        ).all()
    assert bare == []
    assert silent == []
