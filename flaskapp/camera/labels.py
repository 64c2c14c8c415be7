"""The labels that a camera may look for, as the edit page groups them: COCO's words, the common ones first."""

from collections.abc import Iterable

GROUPS = {
    "People and animals": (
        "person", "dog", "cat", "bird", "horse", "sheep", "cow", "bear", "elephant", "zebra", "giraffe",
    ),
    "Vehicles": ("car", "truck", "bus", "motorcycle", "bicycle", "boat", "train", "airplane"),
    "Things people carry": ("backpack", "handbag", "suitcase", "umbrella", "tie", "cell phone", "laptop", "book"),
    "Outdoors": ("bench", "traffic light", "fire hydrant", "stop sign", "parking meter", "potted plant"),
    "Sports": (
        "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard",
        "surfboard", "tennis racket",
    ),
    "Indoors": (
        "chair", "couch", "bed", "dining table", "toilet", "tv", "mouse", "remote", "keyboard", "microwave", "oven",
        "toaster", "sink", "refrigerator", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
    ),
    "Food and table": (
        "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange",
        "broccoli", "carrot", "hot dog", "pizza", "donut", "cake",
    ),
}  # fmt: skip
COMMON = ("People and animals", "Vehicles")
ALL = frozenset(label for group in GROUPS.values() for label in group)


def groups(also: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The groups, with labels of another model, seen or chosen before, as a group of their own."""
    other = tuple(sorted(set(also) - ALL))
    return {**GROUPS, "Of another model": other} if other else dict(GROUPS)
