"""The names that cameras and nodes have given. They register themselves, so a hostile sender could make millions:
beyond a limit new names are refused, and known ones go on.
"""

import json
from pathlib import Path


class Names:
    """Known names, one JSON text a line in a file. `save` writes down what is new; the group's flush makes it last."""

    def __init__(self, file: Path, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._known = _read(file)
        self._unsaved: list[str] = []

    def allows(self, name: str) -> bool:
        """Whether messages under this name are taken; a new one is remembered."""
        if name in self._known:
            return True
        if len(self._known) >= self._limit:
            return False
        self._known.add(name)
        self._unsaved.append(name)
        return True

    def save(self) -> None:
        """Appends new names to the file. Raises `OSError`; then they are saved the next time."""
        if self._unsaved:
            with self._file.open("a", encoding="utf-8") as file:
                file.write("".join(json.dumps(name) + "\n" for name in self._unsaved))
            self._unsaved = []


def _read(file: Path) -> set[str]:
    if not file.exists():
        return set()
    return {name for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if (name := _name(line))}


def _name(line: str) -> str:
    try:
        return str(json.loads(line))
    except ValueError:
        # The end of a line that a full disk cut short.
        return ""
