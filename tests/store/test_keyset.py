from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.store import keyset
from services.store.keyset import Place

moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.uuids())
def test_a_place_survives_the_url(at: datetime, row_id: object) -> None:
    place = Place(at, str(row_id))
    assert keyset.read(str(place)) == place


@pytest.mark.parametrize("text", ["", "x.y", "-5.a", "1e9.a", "²3.a", "9" * 30 + ".a"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a place"):
        keyset.read(text)
