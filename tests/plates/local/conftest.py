import pytest

from services.plates.local.rapid import RapidOcr


@pytest.fixture(scope="session")
def rapid() -> RapidOcr:
    """The real reader of text, with the models of its wheel."""
    return RapidOcr(threads=1)
