import pytest

from services.plates.plate import Candidate, Plate
from services.plates.vote import vote

BOX = (0.4, 0.6, 0.6, 0.7)


def reading(text: str, score: float = 0.9, *others: Candidate) -> Plate:
    return Plate(text, text, score, BOX, None, others)


def settled(*readings: Plate) -> str:
    result = vote(readings)
    assert result is not None
    return result.text


def test_no_readings_settle_nothing() -> None:
    assert vote([]) is None


def test_one_reading_is_what_it_says() -> None:
    result = vote([reading("AB123CD", 0.8)])
    assert result is not None
    assert (result.text, result.score, result.candidates) == ("AB123CD", 0.8, ())


@pytest.mark.parametrize("misread", ["AB128CD", "A8123CD", "AB123C", "XX999YY"])
def test_one_misread_of_three_is_voted_away_though_it_is_the_surest(misread: str) -> None:
    assert settled(reading("AB123CD", 0.8), reading(misread, 0.99), reading("AB123CD", 0.7)) == "AB123CD"


def test_what_was_voted_away_stays_a_candidate() -> None:
    result = vote([reading("AB123CD"), reading("AB128CD"), reading("AB123CD")])
    assert result is not None
    assert [one.text for one in result.candidates] == ["AB128CD"]


def test_three_readings_each_wrong_at_another_sign_give_the_right_text() -> None:
    assert settled(reading("XB123CD"), reading("ABX23CD"), reading("AB123CX")) == "AB123CD"


def test_of_two_readings_that_differ_the_surer_counts() -> None:
    assert settled(reading("AB123CD", 0.7), reading("AB128CD", 0.9)) == "AB128CD"


def test_a_readings_own_candidates_have_a_say() -> None:
    doubtful = reading("AB128CD", 0.6, Candidate("AB123CD", 0.55))
    assert settled(doubtful, reading("AB123CD", 0.5)) == "AB123CD"


def test_a_disputed_text_is_less_sure_than_each_reading() -> None:
    agreed = vote([reading("AB123CD"), reading("AB123CD"), reading("AB123CD")])
    disputed = vote([reading("AB123CD"), reading("AB123CD"), reading("XX999YY")])
    assert agreed is not None
    assert disputed is not None
    assert disputed.score < agreed.score == pytest.approx(0.9)


def test_the_order_of_the_pictures_does_not_matter() -> None:
    three = [reading("AB123CD", 0.8), reading("AB128CD", 0.8), reading("A8123CD", 0.8)]
    assert vote(three) == vote(three[::-1])
