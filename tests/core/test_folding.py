import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.folding import distance, fold, signs

TEXT = st.text("ABIOSZ01258", max_size=9)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("ab-123 cd", "AB123CD"), ("KÖ·LN 1", "KOLN1"), ("京A·12345", "A12345"), ("١٢٣", ""), ("½²ß", "122SS")],
)
def test_only_capitals_and_digits_are_kept(written: str, kept: str) -> None:
    assert signs(written) == kept


def test_signs_that_look_alike_become_one() -> None:
    assert fold("OIBSZ01852Q") == "0185201852Q"


@given(TEXT)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("", "", 0), ("AB123", "AB123", 0), ("AB123", "AB124", 1), ("AB123", "AB1234", 1), ("AB123", "B1234", 2)],
)
def test_the_distance_counts_changes(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == apart


@given(TEXT, TEXT)
def test_the_distance_is_the_same_both_ways_and_at_most_the_longer_text(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one) <= max(len(one), len(other))
