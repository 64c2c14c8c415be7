import numpy as np
import pytest
from numpy.typing import NDArray

from services.detector.coco_ssd.decode import corners, detections, logit

ANCHORS = np.array([[0.2, 0.1, 0.6, 0.3], [0.0, 0.0, 1.0, 1.0]], np.float32)  # y1, x1, y2, x2


def logits(*best: tuple[int, float]) -> NDArray[np.float32]:
    rows = np.full((len(best), 91), -10, np.float32)
    for row, (number, value) in enumerate(best):
        rows[row, number] = value
    return rows


def test_an_encoding_of_nothing_is_the_anchor_itself() -> None:
    found = corners(np.zeros((2, 4), np.float32), ANCHORS)
    np.testing.assert_allclose(found, np.array([[0.1, 0.2, 0.3, 0.6], [0, 0, 1, 1]]), atol=1e-6)


def test_an_encoding_moves_by_tenths_of_the_anchor_and_grows_by_fifths_of_a_logarithm() -> None:
    encoding = np.array([[5, -10, 5 * np.log(2), 0]], np.float32)  # ty, tx, th, tw
    found = corners(encoding, ANCHORS[:1])
    # The centre goes down half an anchor and left a whole one; the height doubles.
    np.testing.assert_allclose(found, [[-0.1, 0.2, 0.1, 1.0]], atol=1e-6)


def test_the_best_label_of_an_anchor_counts_by_cocos_number_and_its_score_is_a_sigmoid() -> None:
    (found,) = detections(np.zeros((2, 4), np.float32), logits((18, 2.0), (1, -3.0)), ANCHORS, 0.4)
    assert (found.label, found.raw_label) == ("dog", "dog")
    assert found.score == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert found.box == pytest.approx((0.1, 0.2, 0.3, 0.6))


def test_background_is_nothing_and_so_is_a_number_that_coco_never_drew() -> None:
    assert detections(np.zeros((2, 4), np.float32), logits((0, 9.0), (12, 9.0)), ANCHORS, 0.4) == []


@pytest.mark.parametrize(("least", "count"), [(0, 2), (0.5, 2), (0.51, 1), (1, 0)])
def test_the_least_score_is_met_or_the_find_left_out(least: float, count: int) -> None:
    found = detections(np.zeros((2, 4), np.float32), logits((1, 0.0), (1, 3.0)), ANCHORS, least)
    assert len(found) == count


def test_logit_undoes_the_sigmoid() -> None:
    assert 1 / (1 + np.exp(-logit(0.4))) == pytest.approx(0.4)
