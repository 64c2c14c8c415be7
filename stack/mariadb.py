"""MariaDB of one's own: made once in the data folder, its users set from the secrets at each start."""

import getpass
import os
import shutil
import subprocess
from pathlib import Path

from services.core.settings import Settings
from services.store.accounts import script, statements
from stack.layout import Layout
from stack.mosquitto import write_private
from stack.problem import StackError
from stack.secrets import read

OPTIONS = (
    "--bind-address=127.0.0.1",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_unicode_ci",
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-buffer-pool-size=128M",
    "--max-connections=200",
    "--performance-schema=0",
)


def installed(layout: Layout) -> bool:
    """Whether its system tables are there."""
    return (layout.data / "mariadb" / "mysql" / "global_priv.frm").exists()


def install(layout: Layout) -> None:
    """Makes the system tables, as a whole or not at all. Raises `StackError` with MariaDB's own words."""
    target = layout.data / "mariadb"
    part = layout.data / "mariadb.part"
    shutil.rmtree(part, ignore_errors=True)
    _refuse_foreign(target)
    result = subprocess.run(_install_command(part), capture_output=True, text=True, check=False)
    (layout.log / "mariadb-install.log").write_text(result.stdout + result.stderr)
    if result.returncode:
        raise StackError(f"MariaDB could not make its tables; see {layout.log}/mariadb-install.log")
    shutil.rmtree(target)
    part.rename(target)


def prepare(layout: Layout, settings: Settings) -> None:
    """Writes the statements that MariaDB runs as it starts: database and users."""
    owner = (settings.db_user, read(layout.secrets, "db_password"))
    reader = ("grafana", read(layout.secrets, "grafana_db_password"))
    write_private(_init_file(layout), script(statements(settings.db_name, owner, reader)))


def command(layout: Layout, port: int) -> list[str]:
    """How it is started."""
    return [
        _program("mariadbd"),
        "--no-defaults",
        f"--datadir={layout.data}/mariadb",
        f"--socket={layout.mariadb_socket}",
        f"--port={port}",
        # A starting server deletes another one's temporary tables from a folder that they share, such as /tmp.
        f"--tmpdir={layout.run}",
        f"--init-file={_init_file(layout)}",
        f"--user={getpass.getuser()}",
        *OPTIONS,
    ]


def _init_file(layout: Layout) -> Path:
    return layout.run / "mariadb-init.sql"


def _install_command(target: Path) -> list[str]:
    user = getpass.getuser()
    return [
        _program("mariadb-install-db"),
        "--no-defaults",
        f"--datadir={target}",
        "--skip-test-db",
        f"--user={user}",
        "--auth-root-authentication-method=socket",
        f"--auth-root-socket-user={user}",
    ]


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise StackError(f"{name} was not found: install MariaDB 10.11 or newer, then start again")
    return found


def _refuse_foreign(target: Path) -> None:
    if any(target.iterdir()):
        raise StackError(
            f"{target} is not empty, yet it holds no whole MariaDB: move it away, or choose another folder with --data"
        )
