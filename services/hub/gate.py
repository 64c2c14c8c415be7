"""How much a camera may send a day."""

from collections import Counter
from pathlib import Path

from services.core.media import clean_name, names

STAMP_LENGTH = len("2026-11-20T08.08.49.711037.jpg")


class DailyCap:
    """Pictures per camera and local day. Counts what is on disk, so a restart forgets nothing."""

    def __init__(self, images: Path, cap: int) -> None:
        self._images = images
        self._cap = cap
        self._day = ""
        self._counts: Counter[str] = Counter()
        self._refused: set[str] = set()

    def allows(self, source: str, day: str) -> bool:
        """Counts a picture of a camera on a day `YYYY-MM-DD`; False when it has had its share."""
        if not self._cap:
            return True
        self._turn_to(day)
        name = clean_name(source)
        if self._counts[name] >= self._cap:
            return False
        self._counts[name] += 1
        return True

    def prepare(self, day: str) -> None:
        """Counts before the first picture comes: with a full day's folder that takes a while."""
        if self._cap:
            self._turn_to(day)

    def give_back(self, source: str) -> None:
        """Takes a picture that could not be stored out of the count."""
        if self._cap:
            self._counts[clean_name(source)] -= 1

    def is_first_refusal(self, source: str) -> bool:
        """True once for each camera and day: that is when an event is raised."""
        name = clean_name(source)
        if name in self._refused:
            return False
        self._refused.add(name)
        return True

    def _turn_to(self, day: str) -> None:
        if day != self._day:
            files = (name for name in names(self._images / day) if name.endswith(".jpg"))
            self._counts = Counter(name[: -STAMP_LENGTH - 1] for name in files)
            self._day, self._refused = day, set()
