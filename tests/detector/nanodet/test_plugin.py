import numpy as np
import pytest
from numpy.typing import NDArray

from services.detector.labels import COCO
from services.detector.look import Looker
from services.detector.nanodet import NanoDet, network_input
from services.detector.plugin import DetectorError
from tests.detector.conftest import FrameOf
from tests.detector.graphs import always

SIZE = (96, 32)  # width, height: 12 x 4, 6 x 2, 3 x 1 cells, and 2 x 1 of stride 64, which hang over
CELLS = {8: 48, 16: 12, 32: 3, 64: 2}
BLANK = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
SURE = 50.0  # before the softmax: all the others then count nothing
Outputs = dict[str, NDArray[np.float32]]


def outputs(*strides: int) -> Outputs:
    """Two outputs for each level, sure of nothing."""
    made: Outputs = {}
    for stride in strides:
        made[f"scores {stride}"] = np.zeros((1, CELLS[stride], 80), np.float32)
        made[f"sides {stride}"] = np.zeros((1, CELLS[stride], 32), np.float32)
    return made


def dog(made: Outputs, stride: int, cell: int, away: tuple[float, float, float, float]) -> Outputs:
    """Puts a dog into a cell, its sides so many cells away from the cell's middle; halves lie between two steps."""
    made[f"scores {stride}"][0, cell, COCO.index("dog")] = 0.72
    sides = made[f"sides {stride}"][0, cell].reshape(4, 8)
    for side, cells in zip(sides, away, strict=True):
        side[[int(np.floor(cells)), int(np.ceil(cells))]] = SURE
    return made


def plugin(made: Outputs) -> NanoDet:
    return NanoDet("nanodet-test", "1", always(SIZE, made), threads=1)


@pytest.mark.parametrize(
    ("stride", "cell", "away", "box"),
    [
        # Cell 0 of stride 8 has its middle at pixel 3.5; one of stride 16 at 7.5, and so on.
        (8, 0, (0, 0, 1, 2), (3.5, 3.5, 11.5, 19.5)),
        (8, 13, (1, 1, 1, 1), (3.5, 3.5, 19.5, 19.5)),
        (16, 7, (0.5, 0.5, 2.5, 0.5), (15.5, 15.5, 63.5, 31.5)),
        (32, 2, (1, 0, 0, 0), (47.5, 15.5, 79.5, 15.5)),
        (64, 1, (0.5, 0, 0, 0), (63.5, 31.5, 95.5, 31.5)),
    ],
)
def test_a_cell_of_each_level_is_decoded_to_its_place(
    frame_of: FrameOf, stride: int, cell: int, away: tuple[float, float, float, float], box: tuple[float, ...]
) -> None:
    ((found,),) = plugin(dog(outputs(8, 16, 32, 64), stride, cell, away)).detect([frame_of(BLANK)], 0.4)
    assert (found.label, found.raw_label) == ("dog", "dog")
    assert found.score == pytest.approx(0.72)
    assert np.array(found.box) * (*SIZE, *SIZE) == pytest.approx(box, abs=1e-3)


def test_a_file_with_three_levels_is_read_too(frame_of: FrameOf) -> None:
    made = dog(outputs(8, 16, 32), 32, 0, (0, 0, 1, 0))
    ((found,),) = plugin(made).detect([frame_of(BLANK)], 0.4)
    assert np.array(found.box) * (*SIZE, *SIZE) == pytest.approx((15.5, 15.5, 47.5, 15.5), abs=1e-3)


def test_the_outputs_may_come_in_any_order(frame_of: FrameOf) -> None:
    made = dog(outputs(8, 16, 32), 16, 7, (0.5, 0.5, 2.5, 0.5))
    turned = plugin(dict(reversed(made.items()))).detect([frame_of(BLANK)], 0.4)
    assert turned == plugin(made).detect([frame_of(BLANK)], 0.4)
    assert len(turned[0]) == 1


def test_a_side_is_the_mean_of_what_is_likely(frame_of: FrameOf) -> None:
    made = outputs(8, 16, 32)
    made["scores 8"][0, 0, 0] = 1.0
    ((found,),) = plugin(made).detect([frame_of(BLANK)], 0.4)  # all eight steps alike: 3.5 cells on each side
    assert np.array(found.box) * (*SIZE, *SIZE) == pytest.approx((-24.5, -24.5, 31.5, 31.5), abs=1e-3)


def test_a_picture_of_another_shape_is_letterboxed_and_its_boxes_restored(frame_of: FrameOf) -> None:
    square = frame_of(np.zeros((200, 200, 3), np.uint8))  # lies in the middle third of the input
    looker = Looker(plugin(dog(outputs(8, 16, 32), 32, 1, (0.5, 0.5, 0.5, 0.5))))
    ((found,),) = looker.detect([square], 0.4)
    assert found.box == pytest.approx((0, 0, 1, 1), abs=0.02)


def test_what_is_not_sure_enough_is_left_out(frame_of: FrameOf) -> None:
    assert plugin(dog(outputs(8, 16, 32), 8, 0, (1, 1, 1, 1))).detect([frame_of(BLANK)], 0.73) == [[]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"one": np.zeros((1, 48, 112), np.float32)},
        {**outputs(8, 16, 32), "sides 32": np.zeros((1, 4, 32), np.float32)},
        {name: values for name, values in outputs(8, 16, 32).items() if name != "sides 8"},
    ],
)
def test_a_model_with_another_output_is_refused_in_words(wrong: Outputs) -> None:
    with pytest.raises(DetectorError, match="not what NanoDet gives"):
        plugin(wrong).warmup()


def test_the_network_is_given_blue_first_by_mean_and_deviation() -> None:
    given = network_input(np.full((2, 3, 3), (255, 0, 0), np.uint8))
    assert given.shape == (1, 3, 2, 3)
    assert given[0, :, 0, 0].tolist() == pytest.approx([2.640, -2.0357, -2.1179], abs=1e-3)
    assert given.dtype == np.float32


def test_the_plug_in_says_what_it_is() -> None:
    one = plugin(outputs(8, 16, 32))
    assert (one.name, one.version, one.input_size, one.max_batch, one.remote) == ("nanodet-test", "1", SIZE, 1, False)
    assert one.labels == frozenset(COCO)
    one.close()
