import pytest

from services.detector.labels import COCO, COCO_90, canonical, group


def test_coco_has_eighty_names_each_once_in_lower_case() -> None:
    assert len(set(COCO)) == 80
    assert all(name == name.lower().strip() for name in COCO)


@pytest.mark.parametrize(
    ("number", "label"),
    [
        (1, "person"),
        (13, "stop sign"),
        (18, "dog"),
        (44, "bottle"),
        (67, "dining table"),
        (72, "tv"),
        (90, "toothbrush"),
    ],
)
def test_cocos_own_numbers_have_gaps_and_name_the_right_thing(number: int, label: str) -> None:
    assert COCO_90[number] == label


@pytest.mark.parametrize(
    ("vocabulary", "raw", "label"),
    [
        ("voc", "motorbike", "motorcycle"),
        ("voc", "aeroplane", "airplane"),
        ("voc", "sofa", "couch"),
        ("voc", "tvmonitor", "tv"),
        ("voc", "person", "person"),
        ("rekognition", "Person", "person"),
        ("rekognition", "Pickup Truck", "truck"),
        ("rekognition", "Motorcycle", "motorcycle"),
        ("plate-recognizer", "Sedan", "car"),
        ("plate-recognizer", "SUV", "car"),
        ("plate-recognizer", "Van", "car"),
        ("plate-recognizer", "Pickup", "truck"),
        ("plate-recognizer", "Truck", "truck"),
        ("coco", " Cell  Phone", "cell phone"),
    ],
)
def test_a_label_of_another_vocabulary_gets_its_coco_name(vocabulary: str, raw: str, label: str) -> None:
    assert canonical(raw, vocabulary) == label
    assert label in COCO


def test_a_label_that_no_table_knows_is_kept() -> None:
    assert canonical("Hedgehog", "rekognition") == "hedgehog"


def test_only_vehicles_share_a_group() -> None:
    assert group("car") == group("truck") == group("bus")
    assert len({group(label) for label in COCO}) == 78
