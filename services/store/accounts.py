"""The database and its two users, as statements for an administrator's session."""

CHARTED = (
    "camera",
    "decision",
    "detection",
    "device",
    "event",
    "figure",
    "image",
    "meter",
    "node",
    "plate",
    "pull",
    "reading",
    "service",
    "sighting",
    "telling",
)
"""The tables that Grafana's boards read, and so all that their user may read."""


def statements(database: str, owner: tuple[str, str], reader: tuple[str, str], host: str = "127.0.0.1") -> list[str]:
    """What makes the database and its users, or sets their passwords anew; one statement each, to be run in order.

    `owner` and `reader` are (name, password): one may do everything in the database, one may only read the tables of
    the charts. What it was granted beyond them, by an earlier version or by hand, is taken away.
    """
    return [
        f"CREATE DATABASE IF NOT EXISTS `{database}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
        *_user(owner, host),
        f"GRANT ALL ON `{database}`.* TO {_account(owner, host)}",
        *_user(reader, host),
        f"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {_account(reader, host)}",
        *(grant for table in CHARTED for grant in _reading(f"`{database}`.`{table}`", _account(reader, host))),
    ]


def _user(account: tuple[str, str], host: str) -> list[str]:
    user = _account(account, host)
    return [f"CREATE USER IF NOT EXISTS {user}", f"ALTER USER {user} IDENTIFIED BY {_text(account[1])}"]


def _account(account: tuple[str, str], host: str) -> str:
    return f"{_text(account[0])}@{_text(host)}"


def _reading(table: str, user: str) -> list[str]:
    # MariaDB lets a table that is still to be made be granted only together with the right to make it.
    return [f"GRANT SELECT, CREATE ON {table} TO {user}", f"REVOKE CREATE ON {table} FROM {user}"]


def script(made: list[str]) -> str:
    """The statements as MariaDB's `--init-file` wants them: one a line."""
    return "".join(f"{statement};\n" for statement in made)


def _text(value: str) -> str:
    if any(character in value for character in "'\\\n\0"):
        raise ValueError("a database user's name or password holds a quote, a backslash or a line end: choose another")
    return f"'{value}'"
