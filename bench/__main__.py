"""`scripts/bench NAME …`: runs `bench/NAME.py`."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import bench


def names() -> list[str]:
    """The benchmarks that there are."""
    files = (file for folder in bench.__path__ for file in Path(folder).glob("*.py") if not file.name.startswith("_"))
    # Other modules are what several benchmarks share.
    return sorted(file.stem for file in files if "\ndef main(" in file.read_text())


def main(arguments: list[str]) -> int:
    """Runs one benchmark with the rest of the arguments; 2 when there is none of that name."""
    known = names()
    if not arguments or arguments[0] not in known:
        print(f"usage: scripts/bench NAME [--json] …\nNAME is one of: {', '.join(known)}", file=sys.stderr)
        return 2
    chosen: Callable[[list[str]], int] = importlib.import_module(f"bench.{arguments[0]}").main
    return chosen(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
