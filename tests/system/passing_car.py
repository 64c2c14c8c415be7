"""A real car from behind, of Debian's opencv-doc, on a street, with a plate of our own over its blurred one."""

import subprocess
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from stack.layout import CACHE

EXAMPLES = "./usr/share/doc/opencv-doc/examples/data"
STREET, CAR = "leuvenA.jpg", "licenseplate_motion.jpg"
SIZE = (1280, 960)
TOP, LEFT = 470, 330
WHITE, BLACK = (245, 245, 245), (15, 15, 15)


class PassingCar:
    """Makes JPEG pictures; no two are alike. `folder` gets the two photographs, fetched once."""

    def __init__(self, folder: Path) -> None:
        self._street = cv2.resize(_photograph(folder, STREET), SIZE)
        self._car = _photograph(folder, CAR)
        self._number = 0

    def picture(self, plate: str, right: int = 0) -> bytes:
        """The car with this plate, so many pixels further to the right."""
        self._number += 1
        scene = self._street.copy()
        height, width = self._car.shape[:2]
        scene[TOP : TOP + height, LEFT + right : LEFT + right + width] = _with_plate(self._car, plate)
        scene[0, self._number % SIZE[0]] = 255
        return bytes(cv2.imencode(".jpg", scene)[1])


def _with_plate(car: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    made = car.copy()
    cv2.rectangle(made, (196, 226), (386, 270), WHITE, -1)
    cv2.rectangle(made, (196, 226), (386, 270), BLACK, 2)
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 3)
    cv2.putText(made, text, (291 - width // 2, 260), cv2.FONT_HERSHEY_SIMPLEX, 1.0, BLACK, 3, cv2.LINE_AA)
    return made


def _photograph(folder: Path, name: str) -> NDArray[np.uint8]:
    path = CACHE.expanduser() / name
    if not path.exists():
        _fetch(folder, name, path)
    return np.asarray(cv2.imread(str(path)), np.uint8)


def _fetch(folder: Path, name: str, path: Path) -> None:
    if not list(folder.glob("*.deb")):
        subprocess.run(["apt-get", "download", "opencv-doc"], cwd=folder, check=True)
    (package,) = folder.glob("*.deb")
    unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE, check=True)
    take = ["tar", "--extract", "--to-stdout", f"{EXAMPLES}/{name}"]
    photograph = subprocess.run(take, input=unpacked.stdout, stdout=subprocess.PIPE, check=True).stdout
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(photograph)
