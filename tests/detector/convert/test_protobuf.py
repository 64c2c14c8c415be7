import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.detector.convert.protobuf import block, integer, single, text, varint


@pytest.mark.parametrize(
    ("value", "encoded"), [(0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (150, "9601"), (300, "ac02")]
)
def test_a_number_is_written_seven_bits_to_a_byte(value: int, encoded: str) -> None:
    assert varint(value).hex() == encoded


@given(st.integers(0, 2**64 - 1))
def test_every_number_can_be_read_back(value: int) -> None:
    assert sum((byte & 0x7F) << 7 * place for place, byte in enumerate(varint(value))) == value


def test_a_negative_number_is_only_written_as_a_field() -> None:
    assert integer(1, -1).hex() == "08" + "ff" * 9 + "01"
    with pytest.raises(ValueError, match="cannot hold -1"):
        varint(-1)


def test_fields_carry_their_number_and_kind() -> None:
    assert integer(1, 150).hex() == "089601"
    assert text(2, "testing").hex() == "120774657374696e67"
    assert block(3, integer(1, 150)).hex() == "1a03089601"
    assert single(4, 1.0).hex() == "250000803f"
