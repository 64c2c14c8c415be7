"""The database and its two users, as statements for an administrator's session."""


def statements(database: str, owner: tuple[str, str], reader: tuple[str, str], host: str = "127.0.0.1") -> list[str]:
    """What makes the database and its users, or sets their passwords anew; one statement each, to be run in order.

    `owner` and `reader` are (name, password): one may do everything in the database, one may only read it.
    """
    made = [f"CREATE DATABASE IF NOT EXISTS `{database}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"]
    for rights, (name, password) in (("ALL", owner), ("SELECT", reader)):
        user = f"{_text(name)}@{_text(host)}"
        made += [
            f"CREATE USER IF NOT EXISTS {user}",
            f"ALTER USER {user} IDENTIFIED BY {_text(password)}",
            f"GRANT {rights} ON `{database}`.* TO {user}",
        ]
    return made


def script(made: list[str]) -> str:
    """The statements as MariaDB's `--init-file` wants them: one a line."""
    return "".join(f"{statement};\n" for statement in made)


def _text(value: str) -> str:
    if any(character in value for character in "'\\\n\0"):
        raise ValueError("a database user's name or password holds a quote, a backslash or a line end: choose another")
    return f"'{value}'"
