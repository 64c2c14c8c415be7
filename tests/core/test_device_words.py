import pytest

from services.core.device_words import state_word


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("contact", ("open", "closed")),
        ("motion", ("motion", "still")),
        ("button", ("pressed", "released")),
        ("presence", ("there", "away")),
        ("siren", ("active", "quiet")),
    ],
)
def test_a_kind_has_its_own_words_or_the_plain_ones(kind: str, words: tuple[str, str]) -> None:
    assert (state_word(kind, True), state_word(kind, False)) == words
