import os
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from services.core.settings import Settings
from services.store.accounts import CHARTED
from stack import mariadb
from stack.layout import Layout
from stack.problem import StackError
from stack.secrets import generate, read
from tests.peers import Peer, wait_until

pytestmark = pytest.mark.mariadb
SETTINGS = Settings(_env_file=None)
READ = {f"SELECT ON `hearthwatch`.`{table}`" for table in CHARTED}


class Own(Peer):
    """MariaDB exactly as the stack makes and starts it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.layout = Layout.of(folder / "data")
        self.layout.make()
        generate(self.layout.secrets)
        mariadb.install(self.layout)
        self.earlier: list[str] = []

    def command(self) -> list[str]:
        """As the stack starts it; then `earlier` statements are run, too."""
        mariadb.prepare(self.layout, SETTINGS)
        with (self.layout.run / "mariadb-init.sql").open("a") as file:
            file.writelines(f"{statement};\n" for statement in self.earlier)
        return mariadb.command(self.layout, self.port)

    def start(self) -> None:
        super().start()
        wait_until(lambda: self.accepts("hearthwatch", "db_password"), "MariaDB's first answer")

    def sign_in(self, user: str, secret: str) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        password = read(self.layout.secrets, secret)
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=user, password=password, database="hearthwatch", autocommit=True
        )

    def accepts(self, user: str, secret: str) -> bool:
        try:
            self.sign_in(user, secret).close()
        except pymysql.err.OperationalError:
            return False
        return True


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with Own(tmp_path_factory.mktemp("own")) as server:
        yield server
    server.layout.mariadb_socket.unlink(missing_ok=True)
    server.layout.runtime.rmdir()


def test_the_owner_may_make_tables_and_grafana_only_reads_those_of_its_charts(own: Own) -> None:
    with own.sign_in("hearthwatch", "db_password") as owner, owner.cursor() as cursor:
        for table in ("node", "user"):
            cursor.execute(f"CREATE TABLE `{table}` (n INT)")
            cursor.execute(f"INSERT INTO `{table}` VALUES (7)")
    with own.sign_in("grafana", "grafana_db_password") as reader, reader.cursor() as cursor:
        cursor.execute("SELECT n FROM node")
        assert cursor.fetchall() == ((7,),)
        for refused in ("SELECT n FROM user", "DELETE FROM node", "CREATE TABLE image (n INT)", "DROP TABLE node"):
            with pytest.raises(pymysql.err.OperationalError, match="denied"):
                cursor.execute(refused)


def test_what_an_earlier_version_granted_grafana_is_taken_away_at_the_next_start(own: Own) -> None:
    own.stop()
    own.earlier = ["GRANT SELECT ON `hearthwatch`.* TO 'grafana'@'127.0.0.1'"]
    own.start()
    assert grants(own) == {"USAGE ON *.*", "SELECT ON `hearthwatch`.*", *READ}
    own.stop()
    own.earlier = []
    own.start()
    assert grants(own) == {"USAGE ON *.*", *READ}


def grants(own: Own) -> set[str]:
    with own.sign_in("grafana", "grafana_db_password") as reader, reader.cursor() as cursor:
        cursor.execute("SHOW GRANTS")
        return {str(line).removeprefix("GRANT ").split(" TO ")[0] for (line,) in cursor.fetchall()}


def test_the_owner_sees_no_other_database(own: Own) -> None:
    with (
        own.sign_in("hearthwatch", "db_password") as owner,
        owner.cursor() as cursor,
        pytest.raises(pymysql.err.OperationalError, match="denied"),
    ):
        cursor.execute("SELECT 1 FROM mysql.global_priv")


def test_a_changed_secret_is_the_password_from_the_next_start_on(own: Own) -> None:
    secret = own.layout.secrets / "grafana_db_password"
    own.stop()
    secret.write_text("another-one\n")
    own.start()
    assert own.accepts("grafana", "grafana_db_password")


def test_it_writes_each_transaction_to_the_disk(own: Own) -> None:
    with own.sign_in("hearthwatch", "db_password") as owner, owner.cursor() as cursor:
        cursor.execute("SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, @@bind_address")
        assert cursor.fetchone() == (1, 0, "127.0.0.1")


def test_no_password_is_on_the_command_line(own: Own) -> None:
    password = read(own.layout.secrets, "db_password")
    assert own.process is not None
    command_line = Path(f"/proc/{own.process.pid}/cmdline").read_text()
    assert "mariadbd" in command_line
    assert password not in command_line


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    layout.make()
    (tmp_path / "mariadb" / "letter.txt").write_text("mine")
    with pytest.raises(StackError, match="not empty"):
        mariadb.install(layout)
    assert (tmp_path / "mariadb" / "letter.txt").read_text() == "mine"
    layout.runtime.rmdir()


def test_an_installation_that_was_cut_short_is_begun_anew(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    layout.make()
    (tmp_path / "mariadb.part" / "mysql").mkdir(parents=True)
    assert not mariadb.installed(layout)
    mariadb.install(layout)
    assert mariadb.installed(layout)
    assert not (tmp_path / "mariadb.part").exists()
    layout.runtime.rmdir()


def test_the_sockets_path_is_short_enough_however_deep_the_data_folder_is(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path / ("deep/" * 40))
    assert len(os.fsencode(layout.mariadb_socket)) < 107
