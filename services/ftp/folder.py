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
from services.ftp.incoming import is_hidden, is_unfinished
from services.ftp.refusal import Refusal
from services.ftp.taking import Arrival

SENDER = "folder"
AT_ONCE = 50
NOTES_MIN = 1000
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
        self,
        watched: Watched,
        beside: Path,
        take: Callable[[Arrival], str],
        clock: Clock,
        rest_s: float,
        most_bytes: int,
    ) -> None:
        self._watched = watched
        self._beside = beside
        self._take = take
        self._clock = clock
        self._rest_s = rest_s
        self._most_bytes = most_bytes
        self._real = os.path.realpath(watched.path)
        self._notes = beside / "done.jsonl"
        self._done = self._remembered()
        self._growing: dict[str, tuple[Mark, float]] = {}
        self._there: set[str] = set()
        self._unreadable: dict[str, Mark] = {}
        self._is_away = False

    def look(self) -> int:
        """Takes what has come to rest, some at a time; how many files it has dealt with."""
        try:
            found = dict(self._files())
        except OSError as error:
            self._note_away(error)
            return 0
        self._is_away = False
        self._let_go_of_the_gone()
        self._growing = {name: one for name, one in self._growing.items() if name in found}
        ready = [name for name, mark in sorted(found.items()) if self._rests(name, mark)][:AT_ONCE]
        for name in ready:
            self._deal_with(name, found[name])
        return len(ready)

    def _files(self) -> Iterator[tuple[str, Mark]]:
        """Names below the folder, of files that have not been dealt with."""
        if not self._watched.path.is_dir():
            raise FileNotFoundError(f"{self._watched.path} is not there")
        self._there = set()
        for here, _, names in os.walk(self._watched.path):
            for path in (Path(here, name) for name in names if not is_unfinished(name)):
                name = str(path.relative_to(self._watched.path))
                mark = _mark(path)
                self._there.add(name)
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
        self._growing.pop(name, None)
        original, copy = self._watched.path / name, self._beside / "copy"
        try:
            if self._take_copy(name, mark, copy) and self._watched.deletes and _mark(original) == mark:
                original.unlink()
        except Refusal as refusal:
            if refusal.reason in TRIED_AGAIN:
                return
        except OSError as error:
            self._note_unreadable(name, mark, error)
            return
        finally:
            copy.unlink(missing_ok=True)
        if _mark(original) == mark:
            self._remember(name, mark)

    def _take_copy(self, name: str, mark: Mark, copy: Path) -> bool:
        """Whether it was taken; not where it is changed meanwhile. Raises `Refusal` and `OSError`."""
        shown = _shown(name)
        if mark[0] > self._most_bytes:
            metrics.refused.labels("too_large").inc()
            log.warning("file_refused", folder=str(self._watched.path), name=shown, reason="too_large", bytes=mark[0])
            raise Refusal("too_large", f"552 Too large: {self._most_bytes} bytes at most")
        if not self._copy(name, mark, copy):
            return False
        self._take(Arrival(copy, shown, SENDER, self._watched.source, _moment(mark)))
        return True

    def _copy(self, name: str, mark: Mark, copy: Path) -> bool:
        """Copies the very file that was looked at, wherever its name or a folder's leads by now."""
        path = os.path.join(self._real, name)  # noqa: PTH118 (bytes that are no text stay as they are)
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file, copy.open("wb") as made:  # noqa: PTH123
            is_it = os.readlink(f"/proc/self/fd/{file.fileno()}") == path and _mark_of(os.fstat(file.fileno())) == mark  # noqa: PTH115
            if is_it:
                shutil.copyfileobj(file, made)
        return is_it and _mark(self._watched.path / name) == mark

    def _note_unreadable(self, name: str, mark: Mark, error: OSError) -> None:
        """Once: it is tried again and again."""
        if self._unreadable.get(name) != mark:
            self._unreadable[name] = mark
            metrics.refused.labels("unreadable").inc()
            log.warning(
                "file_unreadable", folder=str(self._watched.path), name=_shown(name), error=error.strerror or str(error)
            )

    def _let_go_of_the_gone(self) -> None:
        """Notes of files that are there no more, when most are. An empty folder may be a share that is away."""
        self._unreadable = {name: mark for name, mark in self._unreadable.items() if name in self._there}
        if self._there and len(self._done) > 2 * len(self._there) + NOTES_MIN:
            self._done = {name: mark for name, mark in self._done.items() if name in self._there}
            self._write_notes(self._done)

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
            self._write_notes(done)
        return done

    def _write_notes(self, done: dict[str, Mark]) -> None:
        part = self._notes.with_suffix(".part")
        part.write_text("".join(json.dumps([name, *mark]) + "\n" for name, mark in done.items()))
        part.replace(self._notes)

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
        return _mark_of(path.lstat())
    except OSError:
        return None


def _mark_of(found: os.stat_result) -> Mark | None:
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def _moment(mark: Mark) -> datetime | None:
    """None for a time beyond all years: whoever wrote it set it so."""
    try:
        return datetime.fromtimestamp(mark[1] / 1e9, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _shown(name: str) -> str:
    """A name as text that can be read and kept: a share may hold any bytes but zero and slash."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join("-" if is_hidden(sign) else sign for sign in text)
