import pytest

from services.notifier.telegram.commands import NotUnderstood
from services.notifier.telegram.names import MOST_LISTED, Named, listed, matching, the_one

HOUSE = [
    Named("esp-1", "Garage PIR"),
    Named("esp-2", "Garage door"),
    Named("esp-3", "Küchen-Tür"),
    Named("esp-4", "Door"),
    Named("esp-5", "Hall"),
    Named("esp-6", "Hall"),
]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ("garage pir", ["esp-1"]),
        ("GARAGE", ["esp-1", "esp-2"]),
        ("door", ["esp-4"]),
        ("doo", ["esp-4"]),
        ("pir", ["esp-1"]),
        ("kuchen tur", ["esp-3"]),
        ("küche", ["esp-3"]),
        ("esp-2", ["esp-2"]),
        ("hall", ["esp-5", "esp-6"]),
        ("esp_6", ["esp-6"]),
        ("cellar", []),
        ("-", []),
    ],
)
def test_a_name_is_found_whole_by_its_beginning_or_by_a_part(wanted: str, ids: list[str]) -> None:
    assert [one.id for one in matching(wanted, HOUSE)] == ids


def test_one_that_fits_is_the_one() -> None:
    assert the_one("pir", HOUSE, "input").id == "esp-1"


def test_of_several_it_is_asked_which_and_ids_tell_those_of_one_name_apart() -> None:
    with pytest.raises(NotUnderstood, match=r"^Which one\? Garage PIR, Garage door\.$"):
        the_one("garage", HOUSE, "input")
    with pytest.raises(NotUnderstood, match=r"^Which one\? Hall \(esp-5\), Hall \(esp-6\)\.$"):
        the_one("hall", HOUSE, "input")


def test_where_none_fits_it_is_said_what_there_is() -> None:
    with pytest.raises(
        NotUnderstood, match=r"^There is no input “cellar”\. There are: Garage PIR, .*Hall \(esp-6\)\.$"
    ):
        the_one("cellar", HOUSE, "input")
    with pytest.raises(NotUnderstood, match=r"^There is no input “cellar”\. There is no input at all\.$"):
        the_one("cellar", [], "input")


def test_a_long_list_is_cut_and_says_so() -> None:
    many = [Named(str(number), f"Lamp {number}") for number in range(MOST_LISTED + 3)]
    assert listed(many).endswith("Lamp 19 and 3 more.")
