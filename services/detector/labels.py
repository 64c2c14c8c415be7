"""What things are called: by their lower-case COCO names. Other vocabularies are mapped to it here."""

from __future__ import annotations

from types import MappingProxyType

COCO = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat",
    "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog",
    "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag",
    "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat",
    "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork",
    "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog",
    "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet", "tv",
    "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
"""The 80 COCO names in their order; a model with 80 classes numbers them like this from 0."""

# COCO planned 91 things and drew 80 of them; models trained on its own numbers leave these ones empty.
_NEVER_DRAWN = frozenset({12, 26, 29, 30, 45, 66, 68, 69, 71, 83})
COCO_90 = MappingProxyType(dict(zip((n for n in range(1, 91) if n not in _NEVER_DRAWN), COCO, strict=True)))
"""The COCO names by COCO's own numbers, 1..90 with gaps."""

VOC = MappingProxyType(
    {
        "aeroplane": "airplane",
        "motorbike": "motorcycle",
        "diningtable": "dining table",
        "pottedplant": "potted plant",
        "sofa": "couch",
        "tvmonitor": "tv",
    }
)
"""The Pascal VOC names that differ from COCO's."""

REKOGNITION = MappingProxyType(
    {
        # It gives the same box once as a person and again as each of these.
        "adult": "person",
        "baby": "person",
        "boy": "person",
        "child": "person",
        "female": "person",
        "girl": "person",
        "male": "person",
        "man": "person",
        "teen": "person",
        "woman": "person",
        "automobile": "car",
        "coupe": "car",
        "limo": "car",
        "sedan": "car",
        "sports car": "car",
        "suv": "car",
        "van": "car",
        "pickup truck": "truck",
        "trailer truck": "truck",
        "school bus": "bus",
        "tour bus": "bus",
        "moped": "motorcycle",
        "motor scooter": "motorcycle",
        "motorbike": "motorcycle",
        "bike": "bicycle",
        "mountain bike": "bicycle",
        "aircraft": "airplane",
        "airliner": "airplane",
        "kitten": "cat",
        "puppy": "dog",
        "mobile phone": "cell phone",
        "television": "tv",
    }
)
"""Labels of Amazon Rekognition, lower-cased, that differ from COCO's."""

PLATE_RECOGNIZER = MappingProxyType(
    {
        "sedan": "car",
        "suv": "car",
        "van": "car",
        "pickup": "truck",
        "pickup truck": "truck",
        "big truck": "truck",
    }
)
"""Vehicle types of Plate Recognizer, lower-cased, that differ from COCO's."""

_VOCABULARIES = MappingProxyType(
    {"coco": {}, "voc": VOC, "rekognition": REKOGNITION, "plate-recognizer": PLATE_RECOGNIZER}
)
_GROUPS = MappingProxyType({"car": "vehicle", "truck": "vehicle", "bus": "vehicle"})


def canonical(raw: str, vocabulary: str = "coco") -> str:
    """Return the name by which the rest of Hearthwatch knows a label of this vocabulary.

    A label that no table knows is kept, lower-cased: a special model may find what COCO has no name for.
    """
    name = " ".join(raw.lower().split())
    return _VOCABULARIES[vocabulary].get(name, name)


def group(label: str) -> str:
    """Return the group whose labels mean the same thing when their boxes overlap."""
    return _GROUPS.get(label, label)
