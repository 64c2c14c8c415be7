"""Reads plates on this machine, with a general reader of text: nothing leaves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from services.core.polygon import Box
from services.plates.local.band import without_band
from services.plates.local.line import Line, Ocr
from services.plates.plate import Candidate, Pixels, Plate, Reading
from services.plates.text import Form, plate_text
from services.plates.vehicle import by_vehicle, cut, lower_part, restored

LOOK_SIDE = 480
"""Pixels of the longer side at which text is looked for: larger parts are made smaller for it."""

LEAST_SCORE = 0.7
"""Right readings of plates 60 pixels wide and more scored higher, a third of the wrong ones of smaller plates lower."""

_RAW_MAX = 64


class LocalReader:
    """Reads the lower part of each vehicle. What reads text is opened with the first picture: it takes memory."""

    name = "local"
    remote = False

    def __init__(self, open_ocr: Callable[[], Ocr], forms: Sequence[Form] = ()) -> None:
        self._open = open_ocr
        self._ocr: Ocr | None = None
        self._forms = tuple(forms)

    def read(self, picture: Pixels, vehicles: Sequence[Box]) -> Reading:
        """Return the plates of each vehicle; see `PlateReader`."""
        found = [plate for vehicle in vehicles for plate in self._on(picture, vehicle)]
        return Reading(by_vehicle(found, vehicles), self.name)

    def close(self) -> None:
        """Give the models' memory back."""
        self._ocr = None

    def _on(self, picture: Pixels, vehicle: Box) -> list[Plate]:
        part = cut(picture, lower_part(vehicle))
        if part is None:
            return []
        pixels, where = part
        found = list(self._plates(pixels, where))
        if not found and max(pixels.shape[:2]) < LOOK_SIDE:
            # Small signs are often found only when they are made larger; always doing so would double the time.
            found = list(self._plates(_enlarged(pixels), where))
        return found

    def _plates(self, pixels: Pixels, where: Box) -> Iterator[Plate]:
        ocr = self._ocr = self._ocr or self._open()
        for line in ocr.lines(pixels):
            plate = self._plate(ocr, pixels, line, where)
            if plate:
                yield plate

    def _plate(self, ocr: Ocr, pixels: Pixels, line: Line, where: Box) -> Plate | None:
        said = plate_text(line.raw, self._forms)
        bandless = without_band(pixels, line) if said else None
        if bandless is not None:
            line = ocr.line(bandless, line)
            said = plate_text(line.raw, self._forms)
        if said is None or line.score < LEAST_SCORE:
            return None
        others = tuple(Candidate(text, line.score / 2) for text in said.others)
        box = restored(_fractions(line, pixels), where)
        return Plate(said.text, line.raw[:_RAW_MAX], line.score, box, said.region, others)


def _fractions(line: Line, pixels: Pixels) -> Box:
    height, width = pixels.shape[:2]
    (left, top), (right, bottom) = line.corners.min(axis=0), line.corners.max(axis=0)
    return float(left) / width, float(top) / height, float(right) / width, float(bottom) / height


def _enlarged(pixels: Pixels) -> Pixels:
    factor = LOOK_SIDE / max(pixels.shape[:2])
    larger = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return larger.astype(np.uint8, copy=False)
