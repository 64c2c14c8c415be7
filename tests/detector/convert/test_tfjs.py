import json
from typing import Any

import numpy as np
import pytest

from services.detector.convert.problem import ConversionError
from services.detector.convert.tfjs import read_graph
from tests.detector.convert import tiny


def changed(**fields: Any) -> bytes:
    model = json.loads(tiny.model_json())
    model["weightsManifest"][0]["weights"][0].update(fields)
    return json.dumps(model).encode()


def test_weights_are_read_across_the_cut_between_two_files() -> None:
    graph = read_graph(tiny.model_json(), tiny.shards())
    for name, values in tiny.FLOATS.items():
        np.testing.assert_array_equal(graph.constants[name], values)
    assert int(graph.constants["minus_one"]) == -1


def test_an_edge_that_only_orders_in_time_is_no_input() -> None:
    assert read_graph(tiny.model_json(), tiny.shards()).nodes["trunk"].inputs == ("shifted",)


def test_a_missing_weight_file_is_named() -> None:
    with pytest.raises(ConversionError, match="shard2 are missing"):
        read_graph(tiny.model_json(), {"shard1": b""})


def test_a_weight_file_that_ends_too_early_is_refused() -> None:
    with pytest.raises(ConversionError, match="end within weight"):
        read_graph(tiny.model_json(), tiny.shards() | {"shard2": b""})


def test_a_weight_file_with_more_than_the_model_describes_is_refused() -> None:
    with pytest.raises(ConversionError, match="the model describes"):
        read_graph(tiny.model_json(), tiny.shards() | {"shard2": tiny.shards()["shard2"] + b"more"})


@pytest.mark.parametrize("fields", [{"dtype": "uint8"}, {"quantization": {"dtype": "uint8"}}])
def test_weights_of_another_kind_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ConversionError, match="kernel is quantized or of type"):
        read_graph(changed(**fields), tiny.shards())
