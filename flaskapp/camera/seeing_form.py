"""The rules that the page *What it sees* sends: checked here, kept as they were typed when something is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.camera import form
from flaskapp.mistakes import Mistakes
from services.store.camera import Camera
from services.store.seeing import CROPS, SEEN_OF_MAX

SCORE = "score:"
SHARES = ("night_min_score", "min_area", "max_area", "min_height")
COUNTS = ("seen_in", "seen_of")
NO_PERCENT = "A number from 0 to 100, please."


@dataclass(frozen=True)
class Typed:
    """The fields as text; `scores` by label, without those left empty."""

    texts: Mapping[str, str]
    scores: Mapping[str, str]
    crops: str
    departure_labels: list[str]


def of_camera(found: Camera) -> Typed:
    """What the form shows of a camera."""
    shares = {name: percent(getattr(found, name)) for name in SHARES}
    counts = {name: str(getattr(found, name)) for name in COUNTS}
    scores = {label: percent(score) for label, score in found.label_scores.items()}
    return Typed(shares | counts, scores, found.crops, found.departure_labels)


def typed(sent: MultiDict[str, str]) -> Typed:
    """What was sent, as it was typed."""
    texts = {name: sent.get(name, "").strip() for name in SHARES + COUNTS}
    keys = [key for key in sent if key.startswith(SCORE)][: form.LABELS_MAX]
    scores = {key.removeprefix(SCORE)[: form.LABEL_LENGTH]: sent[key].strip() for key in keys}
    filled = {label: text for label, text in scores.items() if label and text}
    return Typed(texts, filled, sent.get("crops", ""), form.labels(sent, "departure_labels"))


def read(given: Typed) -> dict[str, Any]:
    """The camera's fields as the store takes them. Raises `Mistakes`."""
    fields: dict[str, Any] = {
        "label_scores": {label: form.share(text) for label, text in sorted(given.scores.items())},
        **{name: form.share(given.texts[name]) for name in SHARES},
        "crops": given.crops,
        **{name: _count(given.texts[name]) for name in COUNTS},
        "departure_labels": given.departure_labels,
    }
    night_is_as_day = not given.texts["night_min_score"]
    if wrong := mistakes(fields, night_is_as_day):
        raise Mistakes(wrong)
    return fields


def mistakes(fields: Mapping[str, Any], night_is_as_day: bool) -> dict[str, str]:
    """What is wrong with fields as the store takes them; the night may have no score of its own."""
    checks = [check for check in _CHECKS if not (night_is_as_day and check[0] == "night_min_score")]
    return {name: words for name, is_right, words in reversed(checks) if not is_right(fields)}


def percent(value: float | None) -> str:
    """A share as the form shows it: `40`, `0.25`; empty for None."""
    return "" if value is None else f"{round(value * 100, 2):g}"


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _is_share(value: float | None) -> bool:
    return value is not None and 0 <= value <= 1


def _share_at(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda fields: _is_share(fields[name])


def _sizes_fit(fields: Mapping[str, Any]) -> bool:
    return fields["min_area"] is None or fields["max_area"] is None or fields["min_area"] < fields["max_area"]


def _counts_fit(fields: Mapping[str, Any]) -> bool:
    least, most = fields["seen_in"], fields["seen_of"]
    return least is not None and most is not None and 1 <= least <= most <= SEEN_OF_MAX


_CHECKS: tuple[tuple[str, Callable[[Mapping[str, Any]], bool], str], ...] = (
    (
        "label_scores",
        lambda fields: all(_is_share(one) for one in fields["label_scores"].values()),
        "For each thing a number from 0 to 100, please, or nothing.",
    ),
    *((name, _share_at(name), NO_PERCENT) for name in SHARES),
    ("max_area", _sizes_fit, "The largest must be larger than the smallest."),
    ("crops", lambda fields: fields["crops"] in CROPS, "Please choose one of the four."),
    ("seen_in", _counts_fit, f"In so many of so many pictures: from 1 of 1 to {SEEN_OF_MAX} of {SEEN_OF_MAX}."),
)
"""Field, whether it is right, and what is said if not; of several about one field the first is said."""
