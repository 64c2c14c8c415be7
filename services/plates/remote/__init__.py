"""Lets Plate Recognizer read plates: the part of a picture that its vehicles are in is sent there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import sleep

import cv2
import numpy as np

from services.core.clock import Clock
from services.core.polygon import Box
from services.plates.plate import Pixels, ReaderError, Reading
from services.plates.remote.answer import plates
from services.plates.remote.call import Call, Throttled, post
from services.plates.vehicle import by_vehicle, cut, inside

NAME = "plate-recognizer"
_LONG_SIDE = 1920  # larger pictures cost time on the way and are refused
_QUALITY = 90
_NO_BUDGET_REST_S = 60.0
_MOST_TRIES = 3


@dataclass(frozen=True)
class Account:
    """Whose look-ups they are. `regions` are hints where plates come from; `timeout_s` is for all tries together."""

    url: str
    token: str = field(repr=False)
    regions: tuple[str, ...] = ()
    timeout_s: float = 10.0


class PlateRecognizer:
    """Reads all vehicles of a picture with one look-up.

    `take` notes a look-up before it is made; False when this month's are used up.
    """

    name = NAME
    remote = True

    def __init__(
        self, account: Account, take: Callable[[], bool], clock: Clock, wait: Callable[[float], object] = sleep
    ) -> None:
        self._account = account
        self._take = take
        self._clock = clock
        self._wait = wait

    def read(self, picture: Pixels, vehicles: Sequence[Box]) -> Reading:
        """Return the plates of each vehicle; see `PlateReader`."""
        part = cut(picture, _around(vehicles)) if vehicles else None
        if part is None:
            return Reading(((),) * len(vehicles), NAME)
        pixels, where = _small_enough(part[0]), part[1]
        answer = self._ask(_jpeg(pixels))
        height, width = pixels.shape[:2]
        return Reading(by_vehicle(plates(answer, (width, height), where), vehicles), NAME)

    def close(self) -> None:
        """Nothing is held between two look-ups."""

    def _ask(self, jpeg: bytes) -> bytes:
        account = self._account
        end = self._clock.monotonic() + account.timeout_s
        for _ in range(_MOST_TRIES):
            if not self._take():
                raise ReaderError("this month's look-ups at Plate Recognizer are used up", _NO_BUDGET_REST_S)
            left = end - self._clock.monotonic()
            try:
                return post(Call(account.url, account.token, jpeg, account.regions, left), self._clock)
            except Throttled as problem:
                if self._clock.monotonic() + problem.rest_s >= end:
                    raise
                self._wait(problem.rest_s)
        raise Throttled(f"Plate Recognizer asked for fewer look-ups a second {_MOST_TRIES} times in a row (429)", 5.0)


def _around(vehicles: Sequence[Box]) -> Box:
    boxes = np.array([inside(vehicle) for vehicle in vehicles])
    (x1, y1), (x2, y2) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(x1), float(y1), float(x2), float(y2)


def _small_enough(pixels: Pixels) -> Pixels:
    factor = _LONG_SIDE / max(pixels.shape[:2])
    if factor >= 1:
        return pixels
    smaller = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return smaller.astype(np.uint8, copy=False)


def _jpeg(pixels: Pixels) -> bytes:
    _, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return jpeg.tobytes()
