import re

import pytest

from flaskapp.number import whole


@pytest.mark.parametrize(
    ("text", "unit", "number"), [("", 1, None), ("  ", 60, None), ("30", 1, 30), (" 1,5 ", 60, 90), ("0.2", 60, 12)]
)
def test_a_number_is_read_as_people_type_it(text: str, unit: int, number: int | None) -> None:
    assert whole(text, unit) == number


@pytest.mark.parametrize("text", ["soon", "nan", "inf", "1e999", "--3"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        whole(text)
