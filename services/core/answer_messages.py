"""What flows ask of a picture, and what they are answered. See `messages.py` for the envelope."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from services.core.messages import Label, Message, Part, PlateText, Share, Slug, Uuid

FileName = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class PlateGuess(Part):
    """What else a plate may say."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    score: Share


class PlateVehicle(Part):
    """The vehicle that a plate is on. The box is x1, y1, x2, y2 as shares (0–1) of the whole picture."""

    label: Label
    score: Share
    box: tuple[Share, Share, Share, Share]


class PlateAnswer(Part):
    """One plate of a picture, with what else it may say and the vehicle around it.

    The box is x1, y1, x2, y2 as shares (0–1) of the whole picture.
    """

    text: PlateText
    score: Share
    box: tuple[Share, Share, Share, Share]
    region: str | None
    candidates: list[PlateGuess]
    vehicle: PlateVehicle | None


class AskObjects(Message):
    """A flow asks what is in the picture with this file name; one that nobody has looked at yet is then looked at."""

    topic = "ask/objects"
    name: FileName


class AnswerObjects(Message):
    """What is known of the picture that `ask_id` asked for: `counts` has every label that was found, and how often.

    `waiting`: it will be looked at; ask again when it was. `unknown`: there is no such picture, or no longer.
    """

    topic = "answer/objects"
    ask_id: Uuid
    name: FileName
    image_id: Uuid | None
    camera_id: Slug | None
    state: Literal["unknown", "waiting", "detected", "failed"]
    counts: dict[Label, int]
    error: str | None


class AskPlates(Message):
    """A flow asks for the plates in the picture with this file name; they are then read unless they were."""

    topic = "ask/plates"
    name: FileName


class AnswerPlates(Message):
    """What is known of the plates in the picture that `ask_id` asked for, surest first.

    `waiting`: they will be read; ask again when they were. `unknown`: there is no such picture, or no longer. `width`
    and `height` are the picture's, in pixels.
    """

    topic = "answer/plates"
    ask_id: Uuid
    name: FileName
    image_id: Uuid | None
    camera_id: Slug | None
    state: Literal["unknown", "waiting", "read", "failed"]
    width: int | None
    height: int | None
    plates: list[PlateAnswer]
    took_ms: float | None
    error: str | None


ANSWER_MESSAGES: tuple[type[Message], ...] = (AskObjects, AnswerObjects, AskPlates, AnswerPlates)
