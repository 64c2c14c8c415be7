from importlib import import_module
from pkgutil import iter_modules

import pytest
from sqlalchemy import Engine, inspect

from services import store
from services.store.tables import metadata

pytestmark = pytest.mark.mariadb
for module in iter_modules(store.__path__):
    # Tables add themselves when their module is imported.
    if module.name.endswith("_tables"):
        import_module(f"services.store.{module.name}")


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_the_table_in_python_is_the_table_in_sql(engine: Engine, name: str) -> None:
    real = {column["name"]: column["nullable"] for column in inspect(engine).get_columns(name)}
    ours = {column.name: column.nullable for column in metadata.tables[name].columns}
    assert ours == real
