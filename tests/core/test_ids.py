import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.ids import id_for, new_id, numbered, slug, told_apart


def test_ten_thousand_ids_are_unique_and_sort_as_they_were_made() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {UUID(one).version for one in ids} == {7}
    assert {UUID(one).variant for one in ids} == {"specified in RFC 4122"}


def test_an_id_for_a_moment_is_always_the_same_and_says_when() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    assert id_for(at, "cap Front Door") == id_for(at, "cap Front Door")
    others = {id_for(at, "cap Back Door"), id_for(at + timedelta(days=1), "cap Front Door")}
    assert id_for(at, "cap Front Door") not in others
    made = UUID(id_for(at, "x"))
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(at.timestamp() * 1000)


@pytest.mark.parametrize(
    ("name", "expected"), [("Front Door", "front-door"), ("Füße T-1", "fue-t-1"), ("日本", "unnamed"), ("_a_", "_a_")]
)
def test_a_name_becomes_a_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text(max_size=200), st.integers(2, 99999))
def test_a_slug_is_always_a_valid_id(name: str, number: int) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,64}", slug(name))
    assert re.fullmatch(r"[a-z0-9_-]{1,64}", numbered(slug(name), number))


@given(st.text(max_size=200))
def test_another_name_has_another_slug_where_letters_are_lost(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,64}", told_apart(name))
    assert told_apart(f"客厅{name}") != told_apart(f"厨房{name}")


@pytest.mark.parametrize(
    ("name", "expected"), [("Front Door", "front-door"), ("Tür", "tur"), ("_a_", "_a_"), ("x" * 64, "x" * 64)]
)
def test_a_slug_that_loses_no_letter_stands_alone(name: str, expected: str) -> None:
    assert told_apart(name) == expected


def test_what_is_too_long_or_of_another_script_has_a_hash_behind_it() -> None:
    assert re.fullmatch(r"x{55}-[0-9a-f]{8}", told_apart("x" * 65))
    assert re.fullmatch(r"door-[0-9a-f]{8}", told_apart("客厅 door"))
    assert re.fullmatch(r"unnamed-[0-9a-f]{8}", told_apart("客厅"))
