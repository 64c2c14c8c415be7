"""Folders that cameras write into, such as those of a network share: what has come to rest there is taken.

Shares do not tell what another machine writes, so the folders are looked through again and again. A file is complete
when its size and time have not changed for some seconds. What has been taken is written down beside the spool, so that
a start takes nothing anew; were that lost, its time keeps the same picture from becoming two.
"""

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.core.clock import Clock
from services.core.logging import get
from services.ftp import metrics
from services.ftp.incoming import is_unfinished
from services.ftp.refusal import Refusal
from services.ftp.taking import Arrival

SENDER = "folder"
AT_ONCE = 50
# Anything else is as wrong next time, unless the file changes; and then it is another one.
TRIED_AGAIN = frozenset({"disk_full", "disk_error", "closing"})
log = get(__name__)
Mark = tuple[int, int]
"""Size, and time of the last change in nanoseconds: a file with another one is another file."""


@dataclass(frozen=True)
class Watched:
    """A folder, the camera that writes into it (its source), and whether files go once they are taken."""

    source: str
    path: Path
    deletes: bool


class Folder:
    """One watched folder. `look` is for one thread."""

    def __init__(
        self, watched: Watched, beside: Path, take: Callable[[Arrival], str], clock: Clock, rest_s: float
    ) -> None:
        self._watched = watched
        self._beside = beside
        self._take = take
        self._clock = clock
        self._rest_s = rest_s
        self._notes = beside / "done.jsonl"
        self._done = self._remembered()
        self._growing: dict[str, tuple[Mark, float]] = {}
        self._is_away = False

    def look(self) -> int:
        """Takes what has come to rest, some at a time; how many files it has dealt with."""
        try:
            found = dict(self._files())
        except OSError as error:
            self._note_away(error)
            return 0
        self._is_away = False
        self._growing = {name: one for name, one in self._growing.items() if name in found}
        ready = [name for name, mark in sorted(found.items()) if self._rests(name, mark)][:AT_ONCE]
        for name in ready:
            self._deal_with(name, found[name])
        return len(ready)

    def _files(self) -> Iterator[tuple[str, Mark]]:
        """Names below the folder, of files that have not been dealt with."""
        if not self._watched.path.is_dir():
            raise FileNotFoundError(f"{self._watched.path} is not there")
        for here, _, names in os.walk(self._watched.path):
            for path in (Path(here, name) for name in names if not is_unfinished(name)):
                name = str(path.relative_to(self._watched.path))
                mark = _mark(path)
                if mark is not None and self._done.get(name) != mark:
                    yield name, mark

    def _rests(self, name: str, mark: Mark) -> bool:
        now = self._clock.monotonic()
        before, since = self._growing.get(name, (None, now))
        if before != mark:
            self._growing[name] = mark, now
            return False
        return now - since >= self._rest_s

    def _deal_with(self, name: str, mark: Mark) -> None:
        original, copy = self._watched.path / name, self._beside / "copy"
        self._growing.pop(name, None)
        try:
            shutil.copyfile(original, copy)
            if _mark(original) != mark:
                return
            said_at = datetime.fromtimestamp(mark[1] / 1e9, UTC)
            self._take(Arrival(copy, name, SENDER, self._watched.source, said_at))
            if self._watched.deletes:
                original.unlink()
        except Refusal as refusal:
            if refusal.reason in TRIED_AGAIN:
                return
        except OSError as error:
            metrics.refused.labels("unreadable").inc()
            log.warning("file_unreadable", folder=str(self._watched.path), name=name, error=error.strerror)
            return
        self._remember(name, mark)

    def _remember(self, name: str, mark: Mark) -> None:
        self._done[name] = mark
        with self._notes.open("a") as file:
            file.write(json.dumps([name, *mark]) + "\n")

    def _remembered(self) -> dict[str, Mark]:
        """What was dealt with and is still there; the notes of the rest are let go."""
        self._beside.mkdir(parents=True, exist_ok=True)
        try:
            lines = self._notes.read_text().splitlines()
        except FileNotFoundError:
            return {}
        done = {name: (size, at) for name, size, at in filter(None, map(_line, lines))}
        if self._watched.path.is_dir():
            done = {name: mark for name, mark in done.items() if _mark(self._watched.path / name) == mark}
            part = self._notes.with_suffix(".part")
            part.write_text("".join(json.dumps([name, *mark]) + "\n" for name, mark in done.items()))
            part.replace(self._notes)
        return done

    def _note_away(self, error: OSError) -> None:
        if not self._is_away:
            log.warning("folder_away", folder=str(self._watched.path), error=str(error))
        self._is_away = True


def _line(text: str) -> tuple[str, int, int] | None:
    """The last one may be torn: its file is dealt with once more."""
    try:
        name, size, at = json.loads(text)
    except ValueError:
        return None
    return name, size, at


def _mark(path: Path) -> Mark | None:
    """None for what is gone, and for what is no file of its own: a link may lead anywhere."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None
