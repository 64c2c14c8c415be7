from hypothesis import given
from hypothesis import strategies as st

from services.notifier.telegram.pieces import CAPTION_MAX, TEXT_MAX, joined, texts, under_picture

HOUSES = "🏠" * 600
"""1200 units, of which two make a letter."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_what_fits_stands_under_the_picture_as_a_whole() -> None:
    assert under_picture("Person at Garage", "A person.") == ("Person at Garage\n\nA person.", [])


def test_what_does_not_fit_follows_and_a_line_is_not_torn() -> None:
    lines = [f"{number:03} a line of a long message" for number in range(60)]
    caption, rest = under_picture("Summary", "\n".join(lines))
    assert [*caption.splitlines()[2:], *rest[0].splitlines()] == lines
    assert units(caption) <= CAPTION_MAX


def test_an_emoji_counts_as_telegram_counts_it_and_is_not_torn() -> None:
    caption, rest = under_picture(HOUSES, "")
    assert (caption, rest) == ("🏠" * 512, ["🏠" * 88])


def test_a_subject_alone_has_no_empty_lines_behind_it() -> None:
    assert joined("Test", "") == "Test"
    assert texts("") == []


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3 * TEXT_MAX))
def test_no_piece_is_too_long_and_no_word_is_lost(text: str) -> None:
    pieces = texts(text)
    assert all(units(piece) <= TEXT_MAX for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
