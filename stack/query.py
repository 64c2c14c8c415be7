"""`scripts/sql`: one statement on the running stack's MariaDB, tab-separated values out."""

from datetime import datetime

from sqlalchemy.exc import DBAPIError

from services.store.engine import connect
from stack.layout import Layout
from stack.problem import StackError
from stack.state import known, settings_of

UNREACHABLE = (2002, 2003, 2006, 2013)
"""Error numbers of a client that reaches no server, or lost it."""
NO_TABLE = '\nscripts/sql "SHOW TABLES" lists what there is.'
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def query(layout: Layout, statement: str, header: bool) -> int:
    """Prints one line a row, `NULL` for null; names first only with `header`. What changes data is committed."""
    engine = connect(settings_of(layout, known(layout).ports), pool_size=1)
    try:
        # Without parameters a % in the statement is just a %.
        with engine.connect().execution_options(no_parameters=True) as connection, connection.begin():
            result = connection.exec_driver_sql(statement)
            if result.returns_rows:
                show([tuple(result.keys())] if header else [])
                show([tuple(row) for row in result])
    except DBAPIError as error:
        raise StackError(explain(error.orig, layout)) from error
    finally:
        engine.dispose()
    return 0


def explain(error: BaseException | None, layout: Layout) -> str:
    """What the driver's error, a number and MariaDB's words, means for the reader."""
    number, words = error.args if error and len(error.args) == 2 else (0, str(error))
    if number in UNREACHABLE:
        return f"MariaDB of {layout.data} does not answer: scripts/status says whether it runs, scripts/run starts it"
    return f"MariaDB refused it ({number}): {words}" + NO_TABLE * (number == 1146)


def show(rows: list[tuple[object, ...]]) -> None:
    """Prints rows."""
    for row in rows:
        print("\t".join(map(as_text, row)))


def as_text(value: object) -> str:
    """One value; tab, line end and backslash are escaped as MariaDB's own client does in batch mode."""
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    text = value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
    return text.translate(ESCAPES)
