"""The models that can be had: where each comes from, and the exact bytes that are accepted."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

DEFAULT = "coco-ssd"


@dataclass(frozen=True)
class Pin:
    """One model. `bytes` and `sha256` are those of the ONNX file that runs; nothing else is ever loaded.

    `url` is where it is downloaded, or None for the default, which is built here from an npm package.
    """

    name: str
    version: str
    plugin: str
    url: str | None
    bytes: int
    sha256: str
    licence: str
    about: str

    @property
    def filename(self) -> str:
        """The name of the file in the model folder."""
        return f"{self.name}-{self.version}.onnx"


_YOLOX = "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/"
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
