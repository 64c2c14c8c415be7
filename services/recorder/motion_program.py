"""What the program Motion says in its log, as events: start, films, pictures, end. Older words and those of 4.5 alike.

An event's number begins anew with each start of Motion: what a `start` finds open under its number is over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

PATIENCE_S = 900.0
"""An event of which no more is heard for so long is taken to be over."""
_WHERE = re.compile(r"\[(?P<number>\d+):(?P<module>[^:\]]*):(?P<camera>[^\]]+)\] \[")
_START = re.compile(r"starting event (?P<event>\d+)\s*\Z")
_END = re.compile(r"End of event (?P<event>\d+)\s*\Z")
_MOVIE = re.compile(r"(?:File of type 8 saved to: |Saved movie to file: )(?P<path>\S.*?)\s*\Z")
_PICTURE = re.compile(r"(?:File of type 1 saved to: |Writing image to file: )(?P<path>\S.*?)\s*\Z")
_EVENT_OF_NAME = re.compile(r"(?:\A|/)(?P<event>\d+)__[^/]*\Z")

Key = tuple[str, str, str]
"""Number and name of the camera, number of the event."""


@dataclass
class Told:
    """What was heard of one event so far; `at` is when (monotonic seconds) something was heard last."""

    camera: str
    at: float
    movies: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    is_over: bool = False


class Events:
    """Puts lines together. Feed each line, then take what is over."""

    def __init__(self) -> None:
        self._open: dict[Key, Told] = {}
        self._over: list[Told] = []

    def feed(self, line: str, at: float) -> None:
        """One line of the log; what says nothing of an event is passed over."""
        where = _WHERE.search(line)
        if where is None:
            return
        camera = (where["number"], where["camera"])
        if start := _START.search(line):
            self._begin((*camera, start["event"]), at)
        elif end := _END.search(line):
            self._end((*camera, end["event"]), at)
        elif movie := _MOVIE.search(line):
            self._file(camera, movie["path"], at).movies.append(movie["path"])
        elif picture := _PICTURE.search(line):
            self._file(camera, picture["path"], at).pictures.append(picture["path"])

    def over(self, at: float) -> Iterator[Told]:
        """Those that have ended, or of which nothing was heard for too long; each once."""
        late = [key for key, one in self._open.items() if at - one.at > PATIENCE_S]
        for key in late:
            self._over.append(self._open.pop(key))
        while self._over:
            yield self._over.pop(0)

    @property
    def are_open(self) -> bool:
        """Whether something has begun and not ended."""
        return bool(self._open)

    def _begin(self, key: Key, at: float) -> None:
        before = self._open.pop(key, None)
        if before is not None and (before.movies or before.pictures) and before.is_over:
            self._over.append(before)
        self._open[key] = Told(key[1], at)

    def _end(self, key: Key, at: float) -> None:
        # A film is closed, and said to be saved, before its event ends.
        one = self._open.pop(key, None)
        if one is not None:
            one.at, one.is_over = at, True
            self._over.append(one)

    def _file(self, camera: tuple[str, str], path: str, at: float) -> Told:
        named = _EVENT_OF_NAME.search(path)
        newest = [key for key in self._open if key[:2] == camera]
        key = (*camera, named["event"]) if named else newest[-1] if newest else (*camera, "")
        one = self._open.setdefault(key, Told(camera[1], at))
        one.at = at
        return one
