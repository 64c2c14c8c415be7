"""onnxruntime reports its use to its maker, unless it is told otherwise before it is imported."""

import os


def switch_off() -> None:
    """Call it before the first import of onnxruntime: no word of a house's cameras leaves it."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
