import pytest
from sqlalchemy import Engine, inspect

from services.store import (
    account_tables,
    alert_tables,
    device_tables,
    ftp_tables,
    mode_tables,
    person_tables,
    plate_tables,
    recording_tables,
    rule_tables,
    telegram_tables,
)
from services.store.tables import metadata

pytestmark = pytest.mark.mariadb
BESIDE = (
    account_tables,
    alert_tables,
    device_tables,
    ftp_tables,
    mode_tables,
    person_tables,
    plate_tables,
    recording_tables,
    rule_tables,
    telegram_tables,
)
"""The modules that add tables when they are imported."""


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_the_table_in_python_is_the_table_in_sql(engine: Engine, name: str) -> None:
    real = {column["name"]: column["nullable"] for column in inspect(engine).get_columns(name)}
    ours = {column.name: column.nullable for column in metadata.tables[name].columns}
    assert ours == real
