"""What programs send and get, as pydantic models; and what is wrong with what they sent, by where it is."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, ValidationError

WORDS = {
    "missing": "This is missing.",
    "extra_forbidden": "There is no such field.",
    "string_pattern_mismatch": "It has signs that an id, a time or a day may not have.",
}
MOST = 20
"""Mistakes told at once."""


class Shape(BaseModel):
    """A piece of what programs send or get. Unknown fields are refused, so that a typo is seen at once."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


def wrong(error: ValidationError) -> dict[str, str]:
    """What is wrong, by its path: `links[2].inputs[0].kind`. What was sent is not repeated."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False, include_context=False)[:MOST]:
        found.setdefault(path(one["loc"]), WORDS.get(one["type"], f"{one['msg'].removeprefix('Value error, ')}."))
    return found


def path(places: Iterable[str | int]) -> str:
    """`links[2].inputs[0].kind` of `("links", 2, "inputs", 0, "kind")`."""
    parts = (f"[{place}]" if isinstance(place, int) else f".{place}" for place in places)
    return "".join(parts).removeprefix(".")
