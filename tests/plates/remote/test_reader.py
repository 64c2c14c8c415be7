from collections.abc import Callable

import numpy as np
import pytest

from services.core.clock import SystemClock
from services.plates.plate import Candidate, Pixels, ReaderError
from services.plates.remote import Account, PlateRecognizer
from tests.plates.plate_recognizer import TOKEN, Answer, LookUp, PlateRecognizerDouble, result, results
from tests.plates.waiting_clock import WaitingClock

PICTURE: Pixels = np.full((400, 800, 3), 90, np.uint8)
CAR = (0.25, 0.2, 0.75, 0.9)
THROTTLED = Answer(429, b'{"detail": "Request was throttled."}', {"Retry-After": "2"})


def reader(
    double: PlateRecognizerDouble,
    clock: WaitingClock,
    take: Callable[[], bool] = lambda: True,
    token: str = TOKEN,
    regions: tuple[str, ...] = (),
) -> PlateRecognizer:
    return PlateRecognizer(Account(double.url, token, regions, 10.0), take, clock, clock.wait)


def trouble(double: PlateRecognizerDouble, clock: WaitingClock, *answers: Answer) -> ReaderError:
    double.answers = list(answers)
    with pytest.raises(ReaderError) as raised:
        reader(double, clock).read(PICTURE, [CAR])
    return raised.value


def test_the_part_of_the_picture_with_the_vehicles_is_sent_with_the_regions(
    double: PlateRecognizerDouble, clock: WaitingClock
) -> None:
    reader(double, clock, regions=("gb", "nl")).read(PICTURE, [CAR, (0.5, 0.4, 0.8, 1.2)])
    assert double.look_ups == [LookUp((440, 320), ["gb", "nl"])]


def test_a_plate_comes_back_with_its_place_in_the_picture(double: PlateRecognizerDouble, clock: WaitingClock) -> None:
    others = [{"plate": "na52buu", "score": 0.9}, {"plate": "naszbuu", "score": 0.6}]
    double.answers = [results(result("NA52BUU", (100, 140, 300, 210), 0.9, candidates=others))]
    reading = reader(double, clock).read(PICTURE, [CAR])
    [[plate]] = reading.plates
    assert (plate.text, plate.raw, plate.score, plate.region) == ("NA52BUU", "na52buu", 0.9, "gb")
    assert plate.box == pytest.approx((0.375, 0.55, 0.625, 0.725))
    assert plate.candidates == (Candidate("NASZBUU", 0.6),)
    assert (reading.reader, reading.fell_back_because) == ("plate-recognizer", None)


def test_one_look_up_reads_all_vehicles_and_each_gets_its_own_plates(
    double: PlateRecognizerDouble, clock: WaitingClock
) -> None:
    left, right = (0.0, 0.0, 0.4, 1.0), (0.6, 0.0, 1.0, 1.0)
    double.answers = [results(result("RIGHT1", (600, 300, 700, 330)), result("LEFT1", (100, 300, 200, 330)))]
    reading = reader(double, clock).read(PICTURE, [left, right])
    assert [[plate.text for plate in plates] for plates in reading.plates] == [["LEFT1"], ["RIGHT1"]]
    assert len(double.look_ups) == 1


def test_a_large_picture_is_made_smaller_before_it_is_sent(double: PlateRecognizerDouble, clock: WaitingClock) -> None:
    reader(double, clock).read(np.zeros((2000, 4000, 3), np.uint8), [(0, 0, 1, 1)])
    assert double.look_ups[0].picture == (1920, 960)


@pytest.mark.parametrize("vehicles", [[], [(1.2, 0.0, 1.5, 0.5)]])
def test_without_a_vehicle_in_the_picture_nothing_is_sent(
    double: PlateRecognizerDouble, clock: WaitingClock, vehicles: list[tuple[float, float, float, float]]
) -> None:
    assert reader(double, clock).read(PICTURE, vehicles).plates == ((),) * len(vehicles)
    assert double.look_ups == []


def test_after_429_it_waits_as_long_as_it_is_told_and_asks_again(
    double: PlateRecognizerDouble, clock: WaitingClock
) -> None:
    double.answers = [THROTTLED, results(result("NA52BUU", (100, 140, 300, 210)))]
    assert reader(double, clock).read(PICTURE, [CAR]).plates[0][0].text == "NA52BUU"
    assert clock.waited == [2.0]


def test_a_wait_beyond_the_time_that_there_is_is_not_begun(double: PlateRecognizerDouble, clock: WaitingClock) -> None:
    problem = trouble(double, clock, Answer(429, headers={"Retry-After": "120"}))
    assert "429" in str(problem)
    assert problem.rest_s == 120
    assert clock.waited == []


def test_being_throttled_time_and_again_ends(double: PlateRecognizerDouble, clock: WaitingClock) -> None:
    problem = trouble(double, clock, Answer(429, headers={"Retry-After": "soon"}))
    assert "3 times in a row (429)" in str(problem)
    assert len(double.look_ups) == 3


def test_each_try_takes_a_look_up_of_the_budget_and_without_one_nothing_is_sent(
    double: PlateRecognizerDouble, clock: WaitingClock
) -> None:
    left = [True, False]
    double.answers = [THROTTLED]
    with pytest.raises(ReaderError, match="this month's look-ups"):
        reader(double, clock, take=lambda: left.pop(0)).read(PICTURE, [CAR])
    assert len(double.look_ups) == 1


def test_a_wrong_token_is_told_without_the_token(double: PlateRecognizerDouble, clock: WaitingClock) -> None:
    with pytest.raises(ReaderError, match="refuses the token") as raised:
        reader(double, clock, token="not-the-token").read(PICTURE, [CAR])
    assert raised.value.rest_s == 600
    assert "not-the-token" not in repr(raised.value) + repr(Account(double.url, "not-the-token"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(413), "finds the picture too large"),
        (Answer(500), "answered with status 500"),
        (Answer(503, b"<html>busy</html>"), "answered with status 503"),
        (Answer(302, headers={"Location": "http://127.0.0.1:9/"}), "answered with status 302"),
        (Answer(200, b"<html>"), "not as agreed"),
        (Answer(200, b'{"results": [{"plate": "ab'), "not as agreed"),
        (Answer(200, b'{"detail": "no results here"}'), r"not as agreed \(results"),
        (Answer(200, b'{"results": [{"plate": "ab12", "score": 7}]}'), r"not as agreed \(results.0.score"),
        (Answer(200, b" " * 1_100_000), "longer than any"),
        (Answer(200, b"{", {"Content-Length": "500"}), "cannot be reached"),
    ],
)
def test_an_answer_that_is_none_is_told_in_words(
    double: PlateRecognizerDouble, clock: WaitingClock, answer: Answer, words: str
) -> None:
    double.answers = [answer]
    with pytest.raises(ReaderError, match=words):
        reader(double, clock).read(PICTURE, [CAR])


def test_nobody_there_is_told(clock: WaitingClock) -> None:
    nobody = PlateRecognizer(Account("http://127.0.0.1:9/", TOKEN), lambda: True, clock, clock.wait)
    with pytest.raises(ReaderError, match=r"cannot be reached \(ConnectionError\)"):
        nobody.read(PICTURE, [CAR])


@pytest.mark.parametrize("answer", [Answer(hang=True), Answer(trickle_s=0.1)])
def test_an_answer_that_takes_too_long_is_not_waited_for(double: PlateRecognizerDouble, answer: Answer) -> None:
    double.answers = [answer]
    slow = PlateRecognizer(Account(double.url, TOKEN, (), 0.3), lambda: True, SystemClock())
    with pytest.raises(ReaderError, match="too long"):
        slow.read(PICTURE, [CAR])


def test_what_is_no_plate_and_what_has_no_place_is_left_out(double: PlateRecognizerDouble, clock: WaitingClock) -> None:
    double.answers = [results(result("京", (100, 140, 300, 210)), result("AB12CDE", (300, 140, 300, 210)))]
    assert reader(double, clock).read(PICTURE, [CAR]).plates == ((),)
