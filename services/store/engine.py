"""The way to MariaDB: one engine a process, UTC sessions, aware datetimes only."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Dialect, Engine, ExceptionContext, TypeDecorator, create_engine, event
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from services.core.clock import as_utc
from services.core.settings import Settings

ISOLATION = "READ COMMITTED"
# Strict, so that a value that does not fit is an error and never a silent cut. What EXISTS asks of a page's few rows
# goes through an index; turned into an IN, the whole table behind it would be read first.
SESSION = (
    "SET time_zone = '+00:00', optimizer_switch = 'exists_to_in=off', "
    "sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'"
)

Away = (OperationalError, InterfaceError, InternalError, NoConnectionFree)
"""What a statement raises when MariaDB is away, restarting, or chose it as a deadlock's victim: try again."""

Misfit = (DataError, IntegrityError)
"""What a statement raises whose values no row can hold: it would be refused every time."""

REASON_MAX = 300
_CHECK_FAILED, _WRONG_VALUE = 4025, 1292


class UtcMoment(TypeDecorator[datetime]):
    """`DATETIME(6)` that takes and gives aware UTC datetimes; a naive one raises `ValueError`."""

    impl = DATETIME(fsp=6)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the driver gets."""
        return None if value is None else as_utc(value).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """What the caller gets."""
        return None if value is None else value.replace(tzinfo=UTC)


def url(settings: Settings) -> URL:
    """Where the database is. Raises `SettingError` when its password is not set."""
    return URL.create(
        "mysql+pymysql",
        username=settings.db_user,
        password=settings.secret("db_password"),
        host=settings.db_host,
        port=settings.db_port,
        database=settings.db_name,
    )


def connect(settings: Settings, pool_size: int = 5) -> Engine:
    """An engine that does not connect before it is used. Reads and writes time out after 30 s."""
    engine = create_engine(
        url(settings),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_recycle=600,
        # An error's text goes into logs; what people entered does not belong there.
        hide_parameters=True,
        isolation_level=ISOLATION,
        connect_args={
            "charset": "utf8mb4",
            "init_command": SESSION,
            "connect_timeout": 5,
            "read_timeout": 30,
            "write_timeout": 30,
        },
    )
    event.listen(engine, "handle_error", _tell_misfits)
    return engine


def _tell_misfits(context: ExceptionContext) -> None:
    """PyMySQL takes MariaDB's "CONSTRAINT … failed" and "Incorrect … value" for errors that pass."""
    error = context.original_exception
    if isinstance(context.sqlalchemy_exception, OperationalError) and error.args[:1] in (
        (_CHECK_FAILED,),
        (_WRONG_VALUE,),
    ):
        raise IntegrityError(context.statement, None, error, hide_parameters=True) from error


def reason(error: Exception) -> str:
    """What the driver said, for a log: what it cannot reach, whom the server refused. None of a statement's values."""
    return str(getattr(error, "orig", None) or error)[:REASON_MAX]


def reachable(engine: Engine) -> Callable[[], bool]:
    """A health check: can a connection be had?"""

    def check() -> bool:
        try:
            with engine.connect():
                return True
        except (DBAPIError, NoConnectionFree):
            return False

    return check
