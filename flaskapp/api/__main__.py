"""Writes `docs/openapi.json` from the routes and shapes: `python -m flaskapp.api`."""

import sys
from pathlib import Path

from flaskapp.api import openapi, views

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


def main() -> None:
    """Writes it, and says of how many modules."""
    DOCUMENT.write_text(openapi.text())
    sys.stdout.write(f"wrote docs/openapi.json: {', '.join(part.__name__ for part in views.PARTS)}\n")


if __name__ == "__main__":
    main()
