from dataclasses import fields
from datetime import datetime
from pathlib import Path

import pytest

from stack.choice import Choice
from stack.layout import Layout
from stack.ports import Ports
from stack.problem import StackError
from stack.query import as_text, query
from stack.secrets import generate
from stack.state import State, save
from tests.peers import MariaDb, free_port


def ports(mariadb: int) -> Ports:
    """MariaDB's port, and others that nothing asks for."""
    return Ports(mariadb, *range(1, len(fields(Ports))))


@pytest.fixture
def layout(migrated: MariaDb, tmp_path: Path) -> Layout:
    """A data folder whose stack's database is the session's."""
    made = Layout.of(tmp_path)
    made.run.mkdir()
    generate(made.secrets)
    (made.secrets / "db_password").write_text(migrated.password)
    save(made, State(ports(migrated.port), Choice()))
    return made


@pytest.mark.mariadb
def test_rows_come_as_values_between_tabs(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert query(layout, "SELECT 1 AS a, NULL AS b, '50%' AS c UNION SELECT 2, 'x', ':y'", header=False) == 0
    assert capsys.readouterr().out == "1\tNULL\t50%\n2\tx\t:y\n"


@pytest.mark.mariadb
def test_the_names_come_first_when_asked_for(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    query(layout, "SELECT 1 AS a, 2 AS b", header=True)
    assert capsys.readouterr().out == "a\tb\n1\t2\n"


@pytest.mark.mariadb
def test_a_statement_without_rows_prints_nothing(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert query(layout, "DO 1", header=True) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.mariadb
def test_a_mistake_is_told_in_mariadbs_words(layout: Layout) -> None:
    with pytest.raises(StackError, match=r"refused it \(1146\): .*no_such_table.*\n.*SHOW TABLES"):
        query(layout, "SELECT * FROM no_such_table", header=False)


def test_a_stack_that_does_not_run_is_named_with_the_cure(tmp_path: Path) -> None:
    made = Layout.of(tmp_path)
    made.run.mkdir()
    generate(made.secrets)
    save(made, State(ports(free_port()), Choice()))
    with pytest.raises(StackError, match=f"MariaDB of {tmp_path} does not answer.*scripts/run starts it"):
        query(made, "SELECT 1", header=False)


def test_a_folder_that_never_ran_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=f"nothing has been run in {tmp_path}"):
        query(Layout.of(tmp_path), "SELECT 1", header=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (datetime(2026, 5, 1, 12, 0, 0), "2026-05-01 12:00:00.000000"),  # noqa: DTZ001 (as the driver gives it)
        (b"\xffa", "\\\\xffa"),
        ("a\tb\nc\\", "a\\tb\\nc\\\\"),
        (1.5, "1.5"),
    ],
)
def test_a_value_never_breaks_its_line(value: object, text: str) -> None:
    assert as_text(value) == text
