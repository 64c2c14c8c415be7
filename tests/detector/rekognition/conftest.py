from collections.abc import Iterator

import pytest

from tests.detector.rekognition.double import Amazon, amazon


@pytest.fixture
def service() -> Iterator[Amazon]:
    """Amazon's double."""
    with amazon() as double:
        yield double
