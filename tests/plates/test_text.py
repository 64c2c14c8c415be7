import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.plates.text import LONGEST, REGIONS, SHORTEST, PlateText, forms, plate_text


def said(raw: str, *regions: str, own: tuple[str, ...] = ()) -> str | None:
    found = plate_text(raw, forms(regions, own))
    return found.text if found else None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("HH·AB 1234", "HHAB1234"),
        ("51-JZT-5", "51JZT5"),
        ("NA52 BUU", "NA52BUU"),
        ("KÖL.N 12", "KOLN12"),
        ("xz 12 os", "XZ12OS"),
        ("12345", "12345"),
    ],
)
def test_a_plate_is_reduced_to_its_signs(raw: str, text: str) -> None:
    assert said(raw) == text


@pytest.mark.parametrize(
    "raw",
    [
        *("CAUTION", "96", "EMISIONES", "TAXI", "", "A1", "AB123CD45678"),
        *("京A·12345", "出租车 123", "Яндекс 12", "٣٤٥٦ AB", "Tel 0171", "www.x24.de"),
        *("12:34:56", "2026-11-20", "1.299,00"),
    ],
)
def test_other_text_is_refused(raw: str) -> None:
    assert plate_text(raw) is None


@given(st.text(max_size=20))
def test_whatever_is_read_only_signs_of_plates_come_of_it(raw: str) -> None:
    found = plate_text(raw)
    if found:
        assert SHORTEST <= len(found.text) <= LONGEST
        assert found.text.isascii() and found.text.isalnum() and found.text.upper() == found.text
        assert any(sign.isdigit() for sign in found.text)


@pytest.mark.parametrize(
    ("region", "raw"),
    [
        *(("at", "W 12345 A"), ("be", "1-ABC-234"), ("ch", "ZH 123456"), ("cz", "1A2 3456"), ("de", "B MW 1234E")),
        *(("dk", "AB 12 345"), ("es", "1234 BCD"), ("fi", "ABC-123"), ("fr", "AB-123-CD"), ("gb", "NA52 BUU")),
        *(("gb", "E40 SBO"), ("ie", "241-D-12345"), ("it", "AB 123 CD"), ("nl", "51-JZT-5"), ("no", "AB 12345")),
        *(("pl", "WA 12345"), ("pt", "AA 12 BB"), ("se", "ABC 12D"), ("us", "7ABC123")),
    ],
)
def test_a_plate_of_each_region_is_taken_with_its_region(region: str, raw: str) -> None:
    found = plate_text(raw, forms([region]))
    assert found == PlateText("".join(sign for sign in raw if sign.isalnum()), region)


def test_every_region_that_is_offered_is_tested() -> None:
    marks = test_a_plate_of_each_region_is_taken_with_its_region.pytestmark  # type: ignore[attr-defined]
    assert {region for region, _ in marks[0].args[1]} == set(REGIONS)


def test_text_in_no_wanted_form_is_refused() -> None:
    assert said("XQ7KT", "it", "fr") is None
    assert said("24H 7D", "de") is None


def test_a_form_that_two_regions_share_names_neither() -> None:
    found = plate_text("AB123CD", forms(["it", "fr"]))
    assert found == PlateText("AB123CD", None)


@pytest.mark.parametrize(
    ("raw", "region", "text"), [("E40SB0", "gb", "E40SBO"), ("A8123CD", "it", "AB123CD"), ("AB1Z3CD", "it", "AB123CD")]
)
def test_signs_that_look_alike_are_set_right_by_the_form(raw: str, region: str, text: str) -> None:
    found = plate_text(raw, forms([region]))
    assert found == PlateText(text, region, (raw,))


def test_what_else_the_form_allows_is_kept() -> None:
    assert plate_text("8B12", forms([], ["AA99", "9999"])) == PlateText("BB12", None, ("8812", "8B12"))


@pytest.mark.parametrize(("raw", "region", "text"), [("DLN·GH 4722", "de", "LNGH4722"), ("I AB123CD", "it", "AB123CD")])
def test_the_bands_letter_is_left_out_where_the_form_says_so(raw: str, region: str, text: str) -> None:
    assert said(raw, region) == text


def test_ones_own_form_stands_beside_those_of_regions() -> None:
    assert said("A 9876", "it", own=("A9999",)) == "A9876"
    assert said("AB 9876", "it", own=("A9999",)) is None


def test_a_state_has_its_countrys_form_and_an_unknown_region_allows_all() -> None:
    assert said("7ABC123", "us-ca") == "7ABC123"
    assert forms(["de", "br"]) == ()
