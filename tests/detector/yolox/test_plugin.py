import numpy as np
import pytest
from numpy.typing import NDArray

from services.detector.labels import COCO
from services.detector.look import Looker
from services.detector.plugin import DetectorError
from services.detector.yolox import Yolox, network_input
from tests.detector.conftest import FrameOf
from tests.detector.yolox.graph import CELLS, SIZE, rows_with, yolox_like

STRIDE_16 = 8 * 4  # where the second grid begins
STRIDE_32 = STRIDE_16 + 4 * 2


def plugin(rows: NDArray[np.float32]) -> Yolox:
    return Yolox("yolox-test", "1", yolox_like(rows), threads=1)


@pytest.mark.parametrize(
    ("cell", "box"),
    [
        # Half a cell in and down from the cell's corner, 2 cells wide and 1 high, of 64 x 32 pixels.
        (0, (-4 / 64, 0, 12 / 64, 8 / 32)),
        (8 + 3, (20 / 64, 8 / 32, 36 / 64, 16 / 32)),
        (STRIDE_16 + 5, (8 / 64, 16 / 32, 40 / 64, 32 / 32)),
        (STRIDE_32 + 1, (16 / 64, 0, 80 / 64, 32 / 32)),
    ],
)
def test_a_cell_of_each_grid_is_decoded_to_its_place(frame_of: FrameOf, cell: int, box: tuple[float, ...]) -> None:
    rows = rows_with(cell, centre=(0.5, 0.5), size=(2, 1), sure=0.8, label=COCO.index("dog"))
    ((found,),) = plugin(rows).detect([frame_of(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))], 0.4)
    assert found.label == "dog"
    assert found.score == pytest.approx(0.72)
    assert found.box == pytest.approx(box, abs=1e-6)


def test_a_picture_of_another_shape_is_letterboxed_and_its_boxes_restored(frame_of: FrameOf) -> None:
    rows = rows_with(STRIDE_32, centre=(1, 0.5), size=(1, 1), sure=1, label=0)
    square = frame_of(np.zeros((200, 200, 3), np.uint8))  # lies in the middle half of the input
    ((found,),) = Looker(plugin(rows)).detect([square], 0.4)
    assert found.label == "person"
    assert found.box == pytest.approx((0, 0, 1, 1))


def test_what_is_not_sure_enough_is_left_out(frame_of: FrameOf) -> None:
    rows = rows_with(0, centre=(0.5, 0.5), size=(1, 1), sure=0.4, label=0)
    assert plugin(rows).detect([frame_of(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))], 0.4) == [[]]


def test_a_model_with_another_output_is_refused_in_words() -> None:
    with pytest.raises(DetectorError, match=f"YOLOX gives \\({CELLS}, 85\\)"):
        plugin(np.zeros((CELLS, 84), np.float32)).warmup()


def test_a_file_that_is_no_model_is_refused_in_words() -> None:
    with pytest.raises(DetectorError, match="not an ONNX model"):
        Yolox("yolox-test", "1", b"not a model", threads=1)


def test_the_network_is_given_blue_first_from_0_to_255() -> None:
    blue = np.zeros((2, 2, 3), np.uint8)
    blue[..., 0] = 255
    assert network_input(blue)[0, :, 0, 0].tolist() == [255, 0, 0]


def test_the_plug_in_says_what_it_is() -> None:
    one = plugin(np.zeros((CELLS, 85), np.float32))
    assert (one.name, one.version, one.input_size, one.max_batch, one.remote) == ("yolox-test", "1", SIZE, 1, False)
    assert one.labels == frozenset(COCO)
    one.close()
