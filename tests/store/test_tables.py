import pytest
from sqlalchemy import Engine, inspect

from services.store import person_tables, telegram_tables  # noqa: F401 (their tables belong to the metadata)
from services.store.tables import metadata

pytestmark = pytest.mark.mariadb


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_the_table_in_python_is_the_table_in_sql(engine: Engine, name: str) -> None:
    real = {column["name"]: column["nullable"] for column in inspect(engine).get_columns(name)}
    ours = {column.name: column.nullable for column in metadata.tables[name].columns}
    assert ours == real
