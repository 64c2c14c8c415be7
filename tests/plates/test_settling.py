from services.plates.settling import Judge
from services.store.plate import Plate
from services.store.plate_read import Agreed, Read
from tests.pictures import NOON

BOX = (0.4, 0.6, 0.6, 0.7)


def read(text: str, score: float = 0.9, image_id: str = "1") -> Read:
    return Read(image_id, text, text, score, BOX)


def plate(text: str, standing: str = "known") -> Plate:
    folded = text.translate(str.maketrans("OIBSZ", "01852"))
    return Plate(text, text, folded, standing, None, None, None, None, NOON, None)


def agreed(text: str, count: int) -> Agreed:
    return Agreed(text, 0.9, "1", count)


def test_one_misread_of_three_does_not_count() -> None:
    found = Judge().agree([read("BAB123", 0.8, "1"), read("HAB123", 0.95, "2"), read("BAB123", 0.9, "3")])
    assert found
    assert (found.text, found.count, found.image_id) == ("BAB123", 2, "3")


def test_no_readings_agree_on_nothing() -> None:
    assert Judge().agree([]) is None


def test_one_reading_alone_must_be_the_same_but_for_signs_that_look_alike() -> None:
    anna = plate("BAB123")
    assert Judge().meant(agreed("8A8123", 1), [anna]) is anna
    assert Judge().meant(agreed("HAB123", 1), [anna]) is None


def test_readings_that_agree_may_differ_by_the_set_distance() -> None:
    anna = plate("BAB123")
    assert Judge(1).meant(agreed("HAB123", 2), [anna]) is anna
    assert Judge(0).meant(agreed("HAB123", 2), [anna]) is None
    assert Judge(1).meant(agreed("HAH123", 3), [anna]) is None


def test_plates_that_nobody_has_named_are_told_apart_by_every_sign() -> None:
    stranger = plate("BAB123", "unknown")
    assert Judge(3).meant(agreed("HAB123", 3), [stranger]) is None
    assert Judge(0).meant(agreed("BA8123", 1), [stranger]) is stranger


def test_a_named_plate_goes_before_one_that_was_only_read() -> None:
    stranger, anna = plate("HAB123", "unknown"), plate("BAB123", "deny")
    assert Judge(1).meant(agreed("HAB123", 2), [stranger, anna]) is anna
