"""The import rule of docs/architecture.md."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = {"core": set(), "store": {"core"}} | {name: {"core", "store"} for name in ("intake", "look", "lead")}
PARTS = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "__init__.py").exists())


def ours_imported_by(folder: Path) -> set[str]:
    """`services.store`, `flaskapp`, … as imported anywhere in a folder."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = (
                    {f"{node.module}.{one.name}" for one in node.names} if node.module == "services" else {node.module}
                )
            elif isinstance(node, ast.Import):
                names = {one.name for one in node.names}
            else:
                continue
            found |= {
                ".".join(name.split(".")[:2]) if name.startswith("services") else name.split(".")[0] for name in names
            }
    return {
        name for name in found if name.startswith("services.") or name in ("flaskapp", "node_agent", "stack", "bench")
    }


@pytest.mark.parametrize("part", PARTS)
def test_a_service_imports_only_what_is_shared(part: str) -> None:
    allowed = SHARED.get(part, set(SHARED)) | {part}
    assert ours_imported_by(ROOT / "services" / part) <= {f"services.{name}" for name in allowed}


def test_the_gallery_imports_no_service() -> None:
    assert ours_imported_by(ROOT / "flaskapp") <= {"flaskapp", "services.core", "services.store"}


def test_the_node_agent_stands_alone() -> None:
    assert ours_imported_by(ROOT / "node_agent") <= {"node_agent"}


def test_sql_is_only_in_the_store() -> None:
    for folder in ("services", "flaskapp", "node_agent"):
        for path in (ROOT / folder).rglob("*.py"):
            if "store" not in path.parts:
                assert "sqlalchemy.text" not in path.read_text(), path
                assert not any(
                    isinstance(node, ast.ImportFrom)
                    and (node.module or "").startswith("sqlalchemy")
                    and {one.name for one in node.names} & {"select", "insert", "update", "delete", "text"}
                    for node in ast.walk(ast.parse(path.read_text()))
                ), path


def test_the_tree_says_no_forbidden_names() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    parts = ("services", "flaskapp", "node_agent", "stack", "bench", "tests")
    assert not [path for part in parts for path in (ROOT / part).rglob("*.py") if path.stem in vague]
