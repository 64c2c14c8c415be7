"""Brings the database forward: `python -m services.store.migrate`. Numbered files of `sql/`, one statement each.

MariaDB cannot roll DDL back, so a migration is one statement: it has happened or it has not.
"""

import sys
from pathlib import Path

from sqlalchemy import Engine, text
from yoyo import get_backend, read_migrations
from yoyo.migrations import MigrationList

from services.core.logging import get, start
from services.core.settings import SettingError, Settings, load
from services.store.engine import connect, url

FOLDER = Path(__file__).resolve().parents[2] / "sql"
LOCK = "hearthwatch_migrate"
LOCK_WAIT_S = 120
log = get(__name__)


class MigrationError(Exception):
    """The database cannot be brought forward; the text says what to do."""


def migrate(settings: Settings, only_first: int | None = None) -> list[str]:
    """Applies what is missing, in order, one process at a time; gives the names. `only_first` is for tests."""
    engine = connect(settings, pool_size=1)
    try:
        with engine.connect() as connection:
            if not connection.scalar(text("SELECT GET_LOCK(:name, :wait)"), {"name": LOCK, "wait": LOCK_WAIT_S}):
                raise MigrationError(
                    f"another process has been migrating for {LOCK_WAIT_S} s: look at its log, then try again"
                )
            return _apply(settings, only_first)
    finally:
        engine.dispose()


def _apply(settings: Settings, only_first: int | None) -> list[str]:
    backend = get_backend(url(settings).set(drivername="mysql").render_as_string(hide_password=False))
    try:
        # Our GET_LOCK goes with its connection; yoyo's own lock row would outlive a killed process.
        backend.break_lock()
        known = read_migrations(str(FOLDER))
        wanted = known[:only_first] if only_first is not None else known
        missing = backend.to_apply(MigrationList(wanted))
        backend.apply_migrations(missing)
        names = [migration.id for migration in missing]
    finally:
        backend.connection.close()
    log.info("migrated", applied=names)
    return names


def is_current(engine: Engine) -> bool:
    """Whether every migration of this version has been applied."""
    with engine.connect() as connection:
        known = {migration.id for migration in read_migrations(str(FOLDER))}
        if not connection.scalar(text("SHOW TABLES LIKE '\\_yoyo\\_migration'")):
            return False
        return known <= set(connection.scalars(text("SELECT migration_id FROM _yoyo_migration")))


def main() -> int:
    """The command. 0 when the database is current."""
    try:
        settings = load()
        start(settings.log_level, "migrate", settings.instance)
        migrate(settings)
    except (SettingError, MigrationError) as error:
        print(error, file=sys.stderr)  # noqa: T201 (a command)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
