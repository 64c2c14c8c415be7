import pytest

from services.notifier.words import an, lasting, listed, one_line


@pytest.mark.parametrize(("label", "text"), [("person", "a person"), ("umbrella", "an umbrella")])
def test_a_label_gets_its_article(label: str, text: str) -> None:
    assert an(label) == text


@pytest.mark.parametrize(
    ("labels", "text"),
    [([], ""), (["person"], "person"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_labels_are_listed_as_in_a_sentence(labels: list[str], text: str) -> None:
    assert listed(labels) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (7500, "2 h 5 min"), (3 * 86400, "3 days")],
)
def test_a_time_lasts_as_people_say_it(seconds: float, text: str) -> None:
    assert lasting(seconds) == text


def test_a_line_holds_nothing_that_would_begin_another_one() -> None:
    assert one_line("Front\r\nBcc: x@y\x00 Door ") == "Front Bcc: x@y Door"
