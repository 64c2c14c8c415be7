from random import Random

import numpy as np
import pytest

from bench.drawn_vehicle import FORMATS, Format, draw, random_text
from services.plates.local import LEAST_SCORE, LocalReader
from services.plates.local.rapid import RapidOcr
from services.plates.plate import Pixels
from services.plates.text import forms
from services.plates.vote import vote
from tests.plates.cast import SaidOcr, line

PICTURE: Pixels = np.full((400, 800, 3), 90, np.uint8)
CAR = (0.25, 0.2, 0.75, 0.9)


def texts(reader: LocalReader, picture: Pixels, *vehicles: tuple[float, float, float, float]) -> list[list[str]]:
    return [[plate.text for plate in plates] for plates in reader.read(picture, vehicles).plates]


@pytest.mark.parametrize("style", FORMATS, ids=lambda style: style.country)
def test_a_drawn_plate_of_each_format_is_read_where_it_is(rapid: RapidOcr, style: Format) -> None:
    drawn = draw(style, random_text(style.pattern, Random(4)), 120, Random(4))
    reading = LocalReader(lambda: rapid).read(drawn.picture, [drawn.vehicle])
    [[plate]] = reading.plates
    assert plate.text == drawn.text
    assert plate.score > 0.8
    x1, y1, x2, y2 = plate.box
    assert 0.4 < (x1 + x2) / 2 < 0.6
    assert 0.5 < (y1 + y2) / 2 < 0.75
    assert (reading.reader, reading.fell_back_because) == ("local", None)


def test_one_misread_of_three_pictures_is_voted_away(rapid: RapidOcr) -> None:
    reader = LocalReader(lambda: rapid)
    drawn = [
        draw(FORMATS[1], written, 120, Random(seed))
        for seed, written in enumerate(["AB 123CD", "AB 128CD", "AB 123CD"])
    ]
    readings = [reader.read(one.picture, [one.vehicle]).plates[0][0] for one in drawn]
    assert [one.text for one in readings] == ["AB123CD", "AB128CD", "AB123CD"]
    settled = vote(readings)
    assert settled is not None
    assert settled.text == "AB123CD"


@pytest.mark.parametrize("reach", [0.3, 1.0])
def test_a_box_that_reaches_out_of_the_picture_is_read_in_what_is_inside(rapid: RapidOcr, reach: float) -> None:
    drawn = draw(FORMATS[2], "NA52 BUU", 120, Random(1))
    x1, y1, x2, _ = drawn.vehicle
    assert texts(LocalReader(lambda: rapid), drawn.picture, (x1 - reach, y1 - reach, x2 + reach, 1.0 + reach / 3)) == [
        ["NA52BUU"]
    ]


def test_a_vehicle_without_a_plate_gives_none(rapid: RapidOcr) -> None:
    drawn = draw(FORMATS[2], "CAUTION", 120, Random(2))
    assert texts(LocalReader(lambda: rapid), drawn.picture, drawn.vehicle) == [[]]


def test_chinese_and_other_text_is_refused() -> None:
    ocr = SaidOcr([line("京A·12345"), line("小心行人"), line("CAUTION"), line("96"), line("EMISIONES")])
    assert texts(LocalReader(lambda: ocr), PICTURE, CAR) == [[]]


def test_the_lower_part_is_looked_at_and_again_enlarged_when_nothing_was_found() -> None:
    ocr = SaidOcr([], [line("AB 123 CD", (100, 50, 200, 80))])
    assert texts(LocalReader(lambda: ocr), PICTURE, CAR) == [["AB123CD"]]
    assert ocr.sizes == [(400, 168), (480, 202)]


def test_a_large_part_is_looked_at_once() -> None:
    ocr = SaidOcr([])
    assert texts(LocalReader(lambda: ocr), PICTURE, (0.0, 0.0, 0.9, 1.0)) == [[]]
    assert len(ocr.sizes) == 1


def test_a_vehicle_outside_the_picture_is_not_looked_at() -> None:
    ocr = SaidOcr([line("AB 123 CD")])
    assert texts(LocalReader(lambda: ocr), PICTURE, (1.1, 0.2, 1.5, 0.9), (-3, -3, -2, -2)) == [[], []]
    assert ocr.sizes == []


def test_a_plate_seen_in_two_boxes_is_told_once() -> None:
    ocr = SaidOcr([line("AB 123 CD", (100, 100, 180, 120), 0.8)], [line("AB 123 CD", (100, 100, 180, 120), 0.9)])
    reading = LocalReader(lambda: ocr).read(PICTURE, [CAR, CAR])
    assert [len(plates) for plates in reading.plates] == [1, 0]
    assert reading.plates[0][0].score == 0.9


def test_all_plates_of_a_vehicle_are_told_surest_first() -> None:
    ocr = SaidOcr([line("TRAILER 1", (10, 10, 60, 30), 0.8), line("AB 123 CD", (200, 100, 280, 120), 0.9)])
    assert texts(LocalReader(lambda: ocr), PICTURE, CAR) == [["AB123CD", "TRAILER1"]]


def test_with_forms_what_looks_alike_is_set_right_and_the_reading_stays_a_candidate() -> None:
    ocr = SaidOcr([line("E40 SB0")])
    [[plate]] = LocalReader(lambda: ocr, forms(["gb"])).read(PICTURE, [CAR]).plates
    assert (plate.text, plate.raw, plate.region) == ("E40SBO", "E40 SB0", "gb")
    assert [one.text for one in plate.candidates] == ["E40SB0"]


def test_what_the_reader_of_text_is_not_sure_of_is_no_plate() -> None:
    ocr = SaidOcr([line("AB 123 CD", score=LEAST_SCORE - 0.01), line("XY 987 ZT", (200, 100, 280, 120), LEAST_SCORE)])
    assert texts(LocalReader(lambda: ocr), PICTURE, CAR) == [["XY987ZT"]]


def test_what_reads_text_is_opened_with_the_first_vehicle_and_once() -> None:
    opened: list[SaidOcr] = []

    def open_ocr() -> SaidOcr:
        opened.append(SaidOcr([line("AB 123 CD")]))
        return opened[-1]

    reader = LocalReader(open_ocr)
    reader.read(PICTURE, [])
    assert opened == []
    reader.read(PICTURE, [CAR])
    reader.read(PICTURE, [CAR])
    assert len(opened) == 1
    reader.close()
    reader.read(PICTURE, [CAR])
    assert len(opened) == 2
