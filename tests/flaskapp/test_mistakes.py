import ast
from pathlib import Path

import flaskapp


def test_what_is_raised_is_made_anew_each_time() -> None:
    """One that is made once keeps the traceback and the context of all that ever raised it."""
    for path in Path(flaskapp.__file__).parent.rglob("*.py"):
        raised = [node.exc for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Raise)]
        names = [ast.unparse(one) for one in raised if isinstance(one, ast.Name | ast.Attribute)]
        assert not [name for name in names if name.rpartition(".")[2].isupper()], path
