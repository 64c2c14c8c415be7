"""A detector process of its own for tests (`python -m …keen_process`): it finds `memory.put`'s car in good light."""

import sys

import numpy as np

from services.core.service import main
from services.detector.plugin import Detection, Frame
from services.detector.serving import serve
from services.detector.sighting.looks import Scene, is_alike
from tests.detector.fakes import Scripted
from tests.detector.sighting.memory import CAR, put, street

KNOWN = Scene.of(put(street(), CAR)).cut(CAR)
GOOD_LIGHT = 75


def find(frame: Frame) -> list[Detection]:
    there = is_alike(KNOWN, Scene.of(frame.bgr).cut(CAR)) and float(np.mean(frame.bgr)) > GOOD_LIGHT
    return [Detection("car", 0.8, CAR)] if there else []


if __name__ == "__main__":
    sys.exit(main("detector", lambda service: serve(service, lambda _: Scripted(find))))
