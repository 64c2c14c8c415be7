import pytest

from services.detector.convert.operators import same_padding


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"),
    [(300, 3, 2, (0, 1)), (75, 3, 2, (1, 1)), (10, 3, 1, (1, 1)), (4, 1, 2, (0, 0)), (3, 3, 2, (1, 1))],
)
def test_padding_is_tensorflows_with_the_odd_rest_after(
    size: int, kernel: int, stride: int, padding: tuple[int, int]
) -> None:
    assert same_padding(size, kernel, stride) == padding
