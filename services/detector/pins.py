"""The models that can be had: where each comes from, and the exact bytes that are accepted."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

DEFAULT = "coco-ssd"


@dataclass(frozen=True)
class Pin:
    """One model. `bytes` and `sha256` are those of the ONNX file that runs; nothing else is ever loaded.

    `url` is where it is downloaded, or None for the default, which is built here from an npm package. `least` is the
    score from which this model's finds are worth anything: it holds where a camera's own score is lower.
    """

    name: str
    version: str
    plugin: str
    url: str | None
    bytes: int
    sha256: str
    licence: str
    about: str
    least: float = 0.0

    @property
    def filename(self) -> str:
        """The name of the file in the model folder."""
        return f"{self.name}-{self.version}.onnx"


_YOLOX = "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/"
_ZOO = "https://media.githubusercontent.com/media/opencv/opencv_zoo/966be4cb6eefc2a4f586ed0581bf4bbaa2533070/models/"
_FASTESTDET = "https://raw.githubusercontent.com/dog-qiuqiu/FastestDet/50473cd155cb088aa4a99e64ff6a4b3c24fa07e1/"
_PINS = (
    Pin(
        name="coco-ssd",
        version="1.0.6",
        plugin="coco_ssd",
        url=None,
        bytes=17_955_908,
        sha256="8d169cba35214923adccdfae10496c4fc346a67b150665151fd21cc259e72fe7",
        licence="Apache-2.0",
        about="the default: 300 x 300, runs anywhere",
    ),
    Pin(
        name="fastestdet",
        version="50473cd",
        plugin="fastestdet",
        url=_FASTESTDET + "example/onnx-runtime/FastestDet.onnx",
        bytes=998_169,
        sha256="31cb14c017fce347cb4c846ec62fdf00d76bb3beecdf4be21e7116ac67feb880",
        licence="BSD-3-Clause",
        about="352 x 352, less than half of the default's time; more false reports",
        least=0.60,
    ),
    Pin(
        name="nanodet",
        version="2022nov",
        plugin="nanodet",
        url=_ZOO + "object_detection_nanodet/object_detection_nanodet_2022nov.onnx",
        bytes=3_800_954,
        sha256="4b82da9944b88577175ee23a459dce2e26e6e4be573def65b1055dc2d9720186",
        licence="Apache-2.0",
        about="416 x 416, a little more than the default's time; a small file for small machines",
    ),
    Pin(
        name="yolox-nano",
        version="0.1.1rc0",
        plugin="yolox",
        url=_YOLOX + "yolox_nano.onnx",
        bytes=3_659_407,
        sha256="c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d",
        licence="Apache-2.0",
        about="416 x 416, about as fast as the default",
    ),
    Pin(
        name="yolox-tiny",
        version="0.1.1rc0",
        plugin="yolox",
        url=_YOLOX + "yolox_tiny.onnx",
        bytes=20_219_662,
        sha256="427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7",
        licence="Apache-2.0",
        about="416 x 416, three times the default's time; for a PC",
    ),
    Pin(
        name="yolox-s",
        version="0.1.1rc0",
        plugin="yolox",
        url=_YOLOX + "yolox_s.onnx",
        bytes=35_858_002,
        sha256="c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063",
        licence="Apache-2.0",
        about="640 x 640, thirteen times the default's time; for a strong PC",
    ),
)
PINS = MappingProxyType({pin.name: pin for pin in _PINS})
"""Every model, by name."""

REMOTE = MappingProxyType({"rekognition": "Amazon's: pictures leave the house, each call costs money"})
"""What looks elsewhere, by the name that HEARTHWATCH_DETECTOR_REMOTE gives it: there is no file to fetch."""


def least_score(name: str) -> float:
    """Return the score from which the finds of this model are worth anything; 0 for one that has no pin."""
    return PINS[name].least if name in PINS else 0.0
