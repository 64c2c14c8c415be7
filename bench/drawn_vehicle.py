"""Draws vehicles from behind with a plate of known text: what reading plates is tested and measured on."""

from __future__ import annotations

import string
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from services.core.polygon import Box

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

_BLACK, _WHITE = (15, 15, 15), (240, 240, 240)
_PAINT: tuple[Colour, ...] = (
    (150, 30, 35),
    (30, 60, 120),
    (60, 60, 65),
    (205, 205, 200),
    (20, 70, 45),
    (110, 110, 115),
)
_PLATE_OF_VEHICLE = 0.29
_SCALE = 4  # plates are drawn larger and made smaller, as lenses do


@dataclass(frozen=True)
class Format:
    """How plates of one country look: `pattern` has A for a letter and 9 for a digit, the rest stands as it is."""

    country: str
    pattern: str
    ground: Colour = _WHITE
    ink: Colour = _BLACK
    ratio: float = 520 / 110
    band: str = ""
    heading: str = ""


FORMATS = (
    Format("D", "AA·AA 9999", band="D"),
    Format("I", "AA 999AA", band="I"),
    Format("UK", "AA99 AAA", ground=(245, 205, 60)),
    Format("NL", "99-AAA-9", ground=(240, 190, 40), band="NL"),
    Format("US", "AAA 9999", ink=(30, 40, 110), ratio=305 / 152, heading="EVERGREEN"),
)


@dataclass(frozen=True)
class Drawn:
    """A picture (height, width, 3; blue first), where its vehicle is (fractions), and what its plate says."""

    picture: Pixels
    vehicle: Box
    text: str


def random_text(pattern: str, random: Random) -> str:
    """Return a plate's text of this pattern, without the letters that most countries leave out."""
    letters = "".join(sign for sign in string.ascii_uppercase if sign not in "IOQ")
    kinds = {"A": letters, "9": string.digits}
    return "".join(random.choice(kinds[sign]) if sign in kinds else sign for sign in pattern)


def draw(style: Format, written: str, plate_width: int, random: Random) -> Drawn:
    """Return a vehicle whose plate is `plate_width` pixels wide, as a cheap camera sees it.

    Turned and leaning a little, blurred, noisy and saved as a JPEG; all by `random`.
    """
    vehicle_width = round(plate_width / _PLATE_OF_VEHICLE)
    scene, vehicle = _scene(vehicle_width, random)
    _mount(scene, _plate(style, written), plate_width, vehicle, random)
    height, width = scene.shape[:2]
    left, top, right, bottom = vehicle
    box = (left / width, top / height, right / width, bottom / height)
    return Drawn(_seen(scene, random), box, "".join(sign for sign in written if sign.isalnum()))


def _plate(style: Format, written: str) -> Image.Image:
    width = 520 if style.ratio > 3 else 305
    height = round(width / style.ratio)
    plate = Image.new("RGB", (width, height), style.ground)
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((2, 2, width - 3, height - 3), 8, outline=style.ink, width=4)
    left = 12
    if style.band:
        pen.rectangle((4, 4, 46, height - 5), fill=(0, 50, 150))
        _write(pen, style.band, (8, 60, 42, height - 10), _WHITE)
        left = 54
    if style.heading:
        _write(pen, style.heading, (90, 8, width - 90, 34), style.ink)
    _write(pen, written, (left, 40 if style.heading else 14, width - 14, height - 14), style.ink)
    return plate


def _write(pen: ImageDraw.ImageDraw, text: str, within: tuple[int, int, int, int], ink: Colour) -> None:
    """Writes as large as fits."""
    left, top, right, bottom = within
    size = next(size for size in range(140, 5, -1) if _fits(pen, text, size, right - left, bottom - top))
    font = ImageFont.load_default(size)
    pen.text(((left + right) / 2, (top + bottom) / 2), text, ink, font, anchor="mm", stroke_width=size // 40)


def _fits(pen: ImageDraw.ImageDraw, text: str, size: int, width: int, height: int) -> bool:
    left, top, right, bottom = pen.textbbox((0, 0), text, ImageFont.load_default(size), stroke_width=size // 40)
    return right - left <= width and bottom - top <= height


def _scene(width: int, random: Random) -> tuple[Pixels, tuple[int, int, int, int]]:
    """A street with the back of a car on it, and the car's edges in pixels."""
    height = round(width * 0.85)
    margin = max(12, width // 6)
    scene = np.full((height + 2 * margin, width + 2 * margin, 3), random.randint(95, 150), np.uint8)
    scene[: len(scene) // 2] = (random.randint(120, 200), random.randint(120, 190), random.randint(110, 180))
    paint = random.choice(_PAINT)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(margin + x * width), round(margin + y * height)

    for shape, colour in _shapes(paint):
        cv2.fillPoly(scene, [np.array([at(x, y) for x, y in shape], np.int32)], colour[::-1], cv2.LINE_AA)
    return scene, (margin, margin, margin + width, margin + height)


def _shapes(paint: Colour) -> list[tuple[list[tuple[float, float]], Colour]]:
    dark = (paint[0] * 2 // 3, paint[1] * 2 // 3, paint[2] * 2 // 3)
    return [
        ([(0.06, 0.85), (0.22, 0.85), (0.22, 1.0), (0.06, 1.0)], (25, 25, 25)),
        ([(0.78, 0.85), (0.94, 0.85), (0.94, 1.0), (0.78, 1.0)], (25, 25, 25)),
        ([(0.17, 0.0), (0.83, 0.0), (1.0, 0.42), (1.0, 0.9), (0.0, 0.9), (0.0, 0.42)], paint),
        ([(0.22, 0.06), (0.78, 0.06), (0.88, 0.36), (0.12, 0.36)], (40, 48, 55)),
        ([(0.02, 0.45), (0.2, 0.45), (0.18, 0.6), (0.02, 0.6)], (170, 25, 25)),
        ([(0.98, 0.45), (0.8, 0.45), (0.82, 0.6), (0.98, 0.6)], (170, 25, 25)),
        ([(0.0, 0.76), (1.0, 0.76), (1.0, 0.9), (0.0, 0.9)], dark),
    ]


def _mount(scene: Pixels, plate: Image.Image, width: int, vehicle: tuple[int, int, int, int], random: Random) -> None:
    height = round(width * plate.height / plate.width)
    small = plate.resize((width * _SCALE, height * _SCALE), Image.Resampling.LANCZOS)
    pixels = np.asarray(small)[:, :, ::-1]
    middle = ((vehicle[0] + vehicle[2]) / 2, vehicle[1] + 0.68 * (vehicle[3] - vehicle[1]))
    centre = np.array([pixels.shape[1], pixels.shape[0]]) / 2
    turn = np.array(cv2.getRotationMatrix2D((centre[0], centre[1]), random.uniform(-6, 6), 1 / _SCALE), np.float64)
    turn[0, 1] += random.uniform(-0.04, 0.04)
    turn[:, 2] += np.array(middle) - centre
    size = (scene.shape[1], scene.shape[0])
    cover = cv2.warpAffine(np.ones(pixels.shape[:2], np.float32), turn, size, flags=cv2.INTER_AREA)
    laid = cv2.warpAffine(cv2.GaussianBlur(pixels, (0, 0), _SCALE / 2.5), turn, size, flags=cv2.INTER_LINEAR)
    scene[cover > 0.5] = laid[cover > 0.5]


def _seen(scene: Pixels, random: Random) -> Pixels:
    noise = np.random.default_rng(random.randrange(2**32)).normal(0, random.uniform(2, 7), scene.shape)
    soft = cv2.GaussianBlur(scene, (0, 0), random.uniform(0.3, 0.8)).astype(np.float64)
    noisy = np.clip(soft * random.uniform(0.75, 1.1) + noise, 0, 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, random.randint(55, 85)])
    picture = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("the drawn picture cannot be read back")
    return picture.astype(np.uint8, copy=False)
