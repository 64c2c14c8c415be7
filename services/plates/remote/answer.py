"""What Plate Recognizer answers: checked, and made into plates of the full picture."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from services.core.folding import signs
from services.core.polygon import Box
from services.plates.plate import Candidate, Plate, ReaderError
from services.plates.vehicle import restored

_SHORTEST, _LONGEST = 2, 16
_RAW_MAX, _REGION_MAX = 64, 16
_MOST_CANDIDATES = 8
_REST_S = 60.0

Score = Annotated[float, Field(ge=0, le=1)]


class _Edges(BaseModel):
    xmin: float
    ymin: float
    xmax: float
    ymax: float


class _Candidate(BaseModel):
    plate: str
    score: Score


class _Region(BaseModel):
    code: str


class _Result(BaseModel):
    plate: str
    score: Score
    box: _Edges
    region: _Region | None = None
    candidates: list[_Candidate] = []


class _Answer(BaseModel):
    results: list[_Result]


def plates(body: bytes, size: tuple[int, int], where: Box) -> list[Plate]:
    """Return the plates in an answer about a part of `size` (width, height) pixels that lies at `where`.

    Raises ReaderError when it is no answer.
    """
    try:
        answer = _Answer.model_validate_json(body)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        at = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise ReaderError(f"Plate Recognizer's answer is not as agreed ({at}: {first['msg']})", _REST_S) from problem
    found = (_plate(one, size, where) for one in answer.results)
    return [plate for plate in found if plate]


def _plate(result: _Result, size: tuple[int, int], where: Box) -> Plate | None:
    text = signs(result.plate)
    box = restored(_share(result.box, size), where)
    if not _usable(text) or box[0] >= box[2] or box[1] >= box[3]:
        return None
    return Plate(text, result.plate[:_RAW_MAX], result.score, box, _region(result), _others(result, text))


def _others(result: _Result, text: str) -> tuple[Candidate, ...]:
    read = [Candidate(signs(one.plate), one.score) for one in result.candidates]
    others = [one for one in read if one.text != text and _usable(one.text)]
    return tuple(sorted(others, key=lambda one: -one.score)[:_MOST_CANDIDATES])


def _usable(text: str) -> bool:
    return _SHORTEST <= len(text) <= _LONGEST


def _region(result: _Result) -> str | None:
    return result.region.code[:_REGION_MAX] or None if result.region else None


def _share(box: _Edges, size: tuple[int, int]) -> Box:
    width, height = size
    return box.xmin / width, box.ymin / height, box.xmax / width, box.ymax / height
