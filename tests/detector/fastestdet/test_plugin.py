import numpy as np
import pytest
from numpy.typing import NDArray

from services.detector.fastestdet import FastestDet, network_input
from services.detector.labels import COCO
from services.detector.look import Looker
from services.detector.plugin import DetectorError
from tests.detector.conftest import FrameOf
from tests.detector.graphs import always

SIZE = (64, 32)  # width, height; cells of 16 pixels as in the real file
BLANK = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)


def grid_with(row: int, column: int, place: tuple[float, float], size: tuple[float, float]) -> NDArray[np.float32]:
    """Output with a dog in one cell, of which it is 0.9 x 0.8 sure; all others are sure of nothing.

    `place` is the middle as seen from the cell's corner, in cells; `size` the box in shares of the input.
    """
    grid = np.zeros((1, 85, 2, 4), np.float32)
    shares = np.array(size)
    grid[0, :5, row, column] = [0.9, *np.arctanh(place), *np.log(shares / (1 - shares))]
    grid[0, 5 + COCO.index("dog"), row, column] = 0.8
    return grid


def plugin(grid: NDArray[np.float32]) -> FastestDet:
    return FastestDet("fastestdet-test", "1", always(SIZE, {"758": grid}), threads=1)


@pytest.mark.parametrize(
    ("row", "column", "place", "size", "box"),
    [
        (0, 0, (0.5, 0.5), (0.25, 0.5), (0, 0, 0.25, 0.5)),
        (1, 3, (0.5, 0.5), (0.25, 0.5), (0.75, 0.5, 1, 1)),
        # The middle may lie in the cell before: its offset goes from -1 to 1.
        (1, 2, (-0.5, -0.5), (0.5, 0.25), (0.125, 0.125, 0.625, 0.375)),
    ],
)
def test_a_cell_is_decoded_to_its_place(
    frame_of: FrameOf,
    row: int,
    column: int,
    place: tuple[float, float],
    size: tuple[float, float],
    box: tuple[float, ...],
) -> None:
    ((found,),) = plugin(grid_with(row, column, place, size)).detect([frame_of(BLANK)], 0.4)
    assert (found.label, found.raw_label) == ("dog", "dog")
    assert found.score == pytest.approx(0.72)
    assert found.box == pytest.approx(box, abs=1e-6)


def test_a_picture_of_another_shape_is_letterboxed_and_its_boxes_restored(frame_of: FrameOf) -> None:
    square = frame_of(np.zeros((200, 200, 3), np.uint8))  # lies in the middle half of the input
    looker = Looker(plugin(grid_with(1, 2, (0, 0), (0.5, 0.9999))))
    ((found,),) = looker.detect([square], 0.4)
    assert found.box == pytest.approx((0, 0, 1, 1), abs=1e-3)


def test_what_is_not_sure_enough_is_left_out(frame_of: FrameOf) -> None:
    grid = grid_with(0, 0, (0.5, 0.5), (0.25, 0.5))
    assert plugin(grid).detect([frame_of(BLANK)], 0.73) == [[]]


def test_a_model_with_another_output_is_refused_in_words() -> None:
    with pytest.raises(DetectorError, match=r"FastestDet gives \(1, 85, rows, columns\)"):
        plugin(np.zeros((1, 84, 2, 4), np.float32)).warmup()


def test_the_network_is_given_blue_first_from_0_to_1() -> None:
    blue = np.zeros((2, 2, 3), np.uint8)
    blue[..., 0] = 255
    assert network_input(blue)[0, :, 0, 0].tolist() == [1, 0, 0]


def test_the_plug_in_says_what_it_is() -> None:
    one = plugin(np.zeros((1, 85, 2, 4), np.float32))
    assert (one.name, one.version, one.input_size, one.max_batch, one.remote) == (
        "fastestdet-test",
        "1",
        SIZE,
        1,
        False,
    )
    assert one.labels == frozenset(COCO)
    one.close()
