"""Answers what flows ask by file name (`ask/objects`, `ask/plates`). Holds nothing: who waits asks again."""

from collections.abc import Sequence

from prometheus_client import Counter
from sqlalchemy import Connection, Engine

from services.core.answer_messages import (
    AnswerObjects,
    AnswerPlates,
    AskObjects,
    AskPlates,
    PlateAnswer,
    PlateGuess,
    PlateVehicle,
)
from services.core.bus import Bus
from services.core.clock import Clock
from services.core.media import path_of_name
from services.core.messages import WorkDetect, WorkPlates
from services.core.polygon import frontmost, middle
from services.scribe.progress import Progress, of_objects, of_plates
from services.store import image, question, work
from services.store.image import Image
from services.store.question import Look, Read, Vehicle

GUESS_MAX = 64
REASONS = ["a flow asks for it by its file name"]

answered = Counter("scribe_answers", "answers to flows, by what was asked for and how it stands", ["of", "state"])


class Answers:
    """Looks pictures up by file name; what nobody has looked at or read yet is put into its queue."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock

    def objects(self, ask: AskObjects) -> None:
        """The handler of `ask/objects`."""
        with self._engine.begin() as connection:
            found, wanted = self._find(connection, ask.name)
            counts = question.counts(connection, found.id) if found else {}
        progress = of_objects(found)
        answer = AnswerObjects.make(
            self._clock,
            "scribe",
            ask_id=ask.id,
            name=ask.name,
            image_id=found and found.id,
            camera_id=found and found.camera_id,
            state=progress.state,
            counts=counts if progress.state == "detected" else {},
            error=progress.error,
        )
        answered.labels("objects", progress.state).inc()
        self._bus.ring(*wanted, answer)

    def plates(self, ask: AskPlates) -> None:
        """The handler of `ask/plates`. A picture is looked at first: plates are read where a vehicle is."""
        with self._engine.begin() as connection:
            found, wanted = self._find(connection, ask.name)
            look = question.plates(connection, found.id) if found else None
            vehicles = question.vehicles(connection, found.id) if found else []
        progress = of_plates(found, look, bool(vehicles))
        answered.labels("plates", progress.state).inc()
        read_bell = [self._read(found)] if found and progress.unasked else []
        self._bus.ring(*wanted, *read_bell, self._answer(ask, found, progress, look, vehicles))

    def _find(self, connection: Connection, name: str) -> tuple[Image | None, list[WorkDetect]]:
        """The picture, and the bell for its look when it has just been put into the queue."""
        path = path_of_name(name)
        found = image.find_path(connection, path) if path else None
        if found is None or not work.want_asked(connection, found.id, self._clock.now()):
            return found, []
        bell = WorkDetect.make(self._clock, "scribe", image_id=found.id, camera_id=found.camera_id, reasons=REASONS)
        return image.find_path(connection, found.path), [bell]

    def _read(self, found: Image) -> WorkPlates:
        return WorkPlates.make(self._clock, "scribe", image_id=found.id, camera_id=found.camera_id, reasons=REASONS)

    def _answer(
        self, ask: AskPlates, found: Image | None, progress: Progress, look: Look | None, vehicles: Sequence[Vehicle]
    ) -> AnswerPlates:
        read = look if look and progress.state == "read" else None
        return AnswerPlates.make(
            self._clock,
            "scribe",
            ask_id=ask.id,
            name=ask.name,
            image_id=found and found.id,
            camera_id=found and found.camera_id,
            state=progress.state,
            width=found and found.width,
            height=found and found.height,
            plates=[_plate(one, vehicles) for one in read.reads] if read else [],
            took_ms=read and read.took_ms,
            error=progress.error,
        )


def _can_be_told(text: str, score: float) -> bool:
    """Readers beyond our house make candidates up as they like, and no row refuses one."""
    return 0 < len(text) <= GUESS_MAX and 0 <= score <= 1


def _plate(read: Read, vehicles: Sequence[Vehicle]) -> PlateAnswer:
    number = frontmost([one.box for one in vehicles], middle(read.box))
    around = None if number is None else vehicles[number]
    return PlateAnswer(
        text=read.text,
        score=read.score,
        box=read.box,
        region=read.region,
        candidates=[PlateGuess(text=text, score=score) for text, score in read.candidates if _can_be_told(text, score)],
        vehicle=PlateVehicle(label=around.label, score=around.score, box=around.box) if around else None,
    )
