"""A region of interest: part of the picture, in percent of its width and height."""

from dataclasses import dataclass

from node_agent.frames import Pixels


@dataclass(frozen=True)
class Roi:
    """Corners in percent, as stock imagenode writes them: `(left, top), (right, bottom)`."""

    left: float = 0
    top: float = 0
    right: float = 100
    bottom: float = 100

    def crop(self, picture: Pixels) -> Pixels:
        """The part of `picture` inside the region, never less than one pixel."""
        height, width = picture.shape[:2]
        top, bottom = _span(self.top, self.bottom, height)
        left, right = _span(self.left, self.right, width)
        return picture[top:bottom, left:right]


def _span(start: float, end: float, length: int) -> tuple[int, int]:
    first = min(round(length * start / 100), length - 1)
    return first, max(first + 1, round(length * end / 100))
