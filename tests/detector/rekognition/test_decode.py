from collections.abc import Mapping
from typing import Any

import pytest

from services.detector.nms import merge
from services.detector.plugin import Unavailable
from services.detector.rekognition.decode import detections

BOX = {"Left": 0.25, "Top": 0.5, "Width": 0.5, "Height": 0.25}


def label(name: str, *confidences: float, box: Mapping[str, float] = BOX) -> dict[str, Any]:
    return {
        "Name": name,
        "Confidence": 99.0,
        "Instances": [{"Confidence": one, "BoundingBox": box} for one in confidences],
    }


def test_each_instance_of_a_label_is_a_thing_with_a_box() -> None:
    one, other = detections({"Labels": [label("Dog", 91.5, 62)]}, 0.4)
    assert (one.label, one.raw_label, one.score, one.box) == ("dog", "Dog", 0.915, (0.25, 0.5, 0.75, 0.75))
    assert other.score == 0.62


def test_a_label_about_the_whole_picture_is_no_thing() -> None:
    assert detections({"Labels": [label("Outdoors"), {"Name": "Night", "Confidence": 99.0}]}, 0.0) == []


def test_an_instance_counts_by_its_own_confidence() -> None:
    assert detections({"Labels": [label("Dog", 39)]}, 0.4) == []


@pytest.mark.parametrize(
    ("name", "canonical"),
    [("Pickup Truck", "truck"), ("Mobile Phone", "cell phone"), ("Puppy", "dog"), ("Hedgehog", "hedgehog")],
)
def test_labels_get_their_coco_names_where_there_is_one(name: str, canonical: str) -> None:
    (found,) = detections({"Labels": [label(name, 90)]}, 0.4)
    assert (found.label, found.raw_label) == (canonical, name)


def test_one_person_under_four_names_is_one_person() -> None:
    names = ("Person", "Adult", "Man", "Male")
    found = merge(detections({"Labels": [label(name, 90) for name in names]}, 0.4))
    assert [one.label for one in found] == ["person"]


def test_a_box_that_reaches_beyond_the_edge_is_cut_there() -> None:
    over = {"Left": -0.01, "Top": 0.9, "Width": 0.5, "Height": 0.2}
    (found,) = detections({"Labels": [label("Dog", 90, box=over)]}, 0.4)
    assert found.box == (0, 0.9, 0.49, 1)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Labels": None},
        {"Labels": ["Dog"]},
        {"Labels": [{"Name": "Dog", "Instances": [{"Confidence": 90}]}]},
        {"Labels": [{"Name": "Dog", "Instances": [{"Confidence": "high", "BoundingBox": BOX}]}]},
    ],
)
def test_an_answer_of_another_form_is_told(answer: Mapping[str, Any]) -> None:
    with pytest.raises(Unavailable, match="an answer that cannot be read"):
        detections(answer, 0.4)
