"""A network of every operation the converter knows, small enough to compute by hand, as TensorFlow.js files.

picture (1, 5, 5, 3) - convolution, scale, shift, relu6 --- depthwise (stride 2), batch norm - wide
                                                  |
                                     1 x 1 convolution + itself + bias  -- reshape to (1, 25, 1, 3)
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
RANDOM = np.random.default_rng(7)
SHARDS = ("shard1", "shard2")


def _random(*shape: int) -> Array:
    return RANDOM.normal(0, 1, shape).astype(np.float32)


FLOATS: dict[str, Array] = {
    "kernel": _random(3, 3, 3, 3),
    "scale": _random(3),
    "shift": _random(3),
    "deep": _random(3, 3, 3, 1),
    "gamma": _random(3),
    "beta": _random(3),
    "mean": _random(3),
    "variance": np.abs(_random(3)),
    "mix": _random(1, 1, 3, 3),
    "bias": _random(3),
    "late": _random(3),
    "anchors": _random(1, 4, 4),
}
INTEGERS = {"minus_one": -1, "one": 1, "three": 3}


def _strides(step: int) -> dict[str, Any]:
    ones, steps = ["1", "1", "1", "1"], ["1", str(step), str(step), "1"]
    spelled = {"padding": {"s": list(b"SAME")}, "data_format": {"s": list(b"NHWC")}}
    return spelled | {"strides": {"list": {"i": steps}}, "dilations": {"list": {"i": ones}}}


NODES: list[dict[str, Any]] = [
    {"name": "camera", "op": "Placeholder"},
    {"name": "entry", "op": "Sub", "input": ["camera", "scale"]},
    {"name": "conv", "op": "Conv2D", "input": ["entry", "kernel"], "attr": _strides(1)},
    {"name": "scaled", "op": "Mul", "input": ["conv", "scale"]},
    {"name": "shifted", "op": "Add", "input": ["shift", "scaled"]},
    {"name": "trunk", "op": "Relu6", "input": ["shifted", "^camera"]},
    {"name": "down", "op": "DepthwiseConv2dNative", "input": ["trunk", "deep"], "attr": _strides(2)},
    {
        "name": "normed",
        "op": "FusedBatchNorm",
        "input": ["down", "gamma", "beta", "mean", "variance"],
        "attr": {"epsilon": {"f": 0.001}},
    },
    {"name": "wide", "op": "Relu6", "input": ["normed"]},
    {"name": "mixed", "op": "Conv2D", "input": ["trunk", "mix"], "attr": _strides(1)},
    {"name": "biased", "op": "BiasAdd", "input": ["mixed", "bias"]},
    {"name": "residual", "op": "AddN", "input": ["biased", "trunk"]},
    {"name": "again", "op": "Add", "input": ["residual", "late"]},
    {"name": "shape_of", "op": "Shape", "input": ["again"]},
    {"name": "batch", "op": "StridedSlice", "input": ["shape_of", "one", "one", "one"]},
    {"name": "pack", "op": "Pack", "input": ["batch", "minus_one", "one", "three"]},
    {"name": "listed", "op": "Reshape", "input": ["again", "pack"]},
    {"name": "both", "op": "ConcatV2", "input": ["listed", "listed", "one"]},
    {"name": "boxes", "op": "Squeeze", "input": ["both"], "attr": {"squeeze_dims": {"list": {"i": ["2"]}}}},
]


def model_json(nodes: list[dict[str, Any]] | None = None) -> bytes:
    """The topology with the weights described; other nodes may be given."""
    constants = [{"name": name, "op": "Const"} for name in (*FLOATS, *INTEGERS)]
    weights = [{"name": name, "shape": list(value.shape), "dtype": "float32"} for name, value in FLOATS.items()]
    weights += [{"name": name, "shape": [], "dtype": "int32"} for name in INTEGERS]
    topology = {"node": constants + (NODES if nodes is None else nodes)}
    manifest = [{"paths": list(SHARDS), "weights": weights}]
    return json.dumps({"modelTopology": topology, "weightsManifest": manifest}).encode()


def shards() -> dict[str, bytes]:
    """The weights, cut in two in the middle of a number."""
    data = b"".join(value.astype("<f4").tobytes() for value in FLOATS.values())
    data += b"".join(np.int32(value).astype("<i4").tobytes() for value in INTEGERS.values())
    return {SHARDS[0]: data[:101], SHARDS[1]: data[101:]}


def computed(picture: Array) -> tuple[Array, Array]:
    """What TensorFlow would give for `boxes` and `wide`, said plainly; `picture` is (5, 5, 3)."""
    w = FLOATS
    trunk = _relu6(_conv(picture, w["kernel"], 1) * w["scale"] + w["shift"])
    deep = np.zeros((3, 3, 3, 3), np.float32)
    for channel in range(3):
        deep[:, :, channel, channel] = w["deep"][:, :, channel, 0]
    normed = (_conv(trunk, deep, 2) - w["mean"]) / np.sqrt(w["variance"] + 0.001) * w["gamma"] + w["beta"]
    again = _conv(trunk, w["mix"], 1) + w["bias"] + trunk + w["late"]
    listed = again.reshape(25, 3)
    return np.concatenate([listed, listed]), _relu6(normed)


def _relu6(values: Array) -> Array:
    return np.clip(values, 0, 6)


def _conv(picture: Array, kernel: Array, stride: int) -> Array:
    size, reach = kernel.shape[0], kernel.shape[0] // 2
    padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)))
    steps = range(0, picture.shape[0], stride)
    windows = [[padded[y : y + size, x : x + size] for x in steps] for y in steps]
    result: Array = np.einsum("yxijc,ijco->yxo", np.array(windows), kernel)
    return result
