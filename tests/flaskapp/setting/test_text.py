from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flaskapp.mistakes import Mistakes
from flaskapp.setting import text

texts = st.text(st.characters(codec="utf-8")) | st.sampled_from(
    ["on", "off", "yes", "no", "22:00", "2026-12-24", "1e3", "0x1f", "null", "~", "true", "", "=", "<<", "1_000", "010"]
)
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
trees = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


@given(trees)
@example({"\x85\u2028": "a\r\nb"})
def test_what_is_written_is_read_again(tree: Any) -> None:
    assert text.read(text.write(tree)) == tree


def test_words_of_people_stay_words() -> None:
    said = text.read("on: off\nfrom: 22:00\nday: 2026-12-24\nyes: y\nright: true\nten: 10\nhalf: 0.5\n")
    assert said == {
        "on": "off",
        "from": "22:00",
        "day": "2026-12-24",
        "yes": "y",
        "right": True,
        "ten": 10,
        "half": 0.5,
    }


@pytest.mark.parametrize(("written", "number"), [("0123", 123), ("089", 89), ("-07", -7), ("+5", 5), ("0", 0)])
def test_a_number_is_decimal(written: str, number: int) -> None:
    assert text.read(f"a: {written}") == {"a": number}


class Id:
    """One that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Id.compared += 1
        return self is other

    def __hash__(self) -> int:
        return id(self)


def test_what_is_there_twice_is_found_without_comparing_each_with_each() -> None:
    some = [Id() for _ in range(1000)]
    assert list(text.repeated([*some, some[7]])) == [1000]
    assert Id.compared < len(some)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("a: 1\nb: [", "Line 2"),
        ("a: 1\nb: *x\n", "alias"),
        ("a: 1\na: 2\n", "a is there twice"),
        ("a: &x [1]\n", "anchor"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", "tag (!) or an anchor (&) in line 2"),
        ("a: !!binary x\n", "tag"),
        ("a: !!bool x\n", "tag"),
        ('a: !!int ""\n', "tag"),
        ('a: !!float ""\n', "tag"),
        ("a: !!timestamp x\n", "tag"),
        ("!!str a: 1\n", "tag"),
        ("a: ! x\n", "tag"),
        ('a: "\\UFFFFFFFF"\n', "a sign or a number that is none"),
        ("a: " + "1" * 5000, "a sign or a number that is none"),
        ("[" * 5000, "nested too deeply"),
        ("x" * (text.BYTES + 1), "400 kB"),
        ("a: \x00", ""),
        ("? [a, b]\n: 1\n", ""),
        ("a: 1\n---\nb: 2\n", ""),
    ],
)
def test_what_is_no_such_text_is_refused_in_words(sent: str, words: str) -> None:
    with pytest.raises(Mistakes) as refused:
        text.read(sent)
    assert words in refused.value.by_field[""]
    assert len(str(refused.value)) < 200
