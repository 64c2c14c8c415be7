"""What a look is about, and the queue that it comes from, whatever is looked for."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar

from prometheus_client import Counter
from sqlalchemy import Connection

from services.store.work import Held


class AnyJob(Protocol):
    """A picture that a worker has claimed."""

    @property
    def image_id(self) -> str:
        """Its id."""

    @property
    def camera_id(self) -> str:
        """Its camera's id."""

    @property
    def path(self) -> str:
        """Its file, below the media folder."""

    @property
    def attempts(self) -> int:
        """How often it was claimed, this time too."""


Job = TypeVar("Job", bound=AnyJob)
Job_co = TypeVar("Job_co", bound=AnyJob, covariant=True)


class Queue(Protocol[Job_co]):
    """The steps that a row takes, each one conditional UPDATE: `store.work` and `store.plate_look` have this form."""

    def want(self, connection: Connection, image_id: str, at: datetime) -> bool:
        """The picture is wanted; False when that was known."""

    def claim(self, connection: Connection, after: str, worker: str, expires: datetime) -> Job_co | None:
        """The next one, for `worker`; None when nothing waits. `after` is the camera that was served last."""

    def put_back(self, connection: Connection, held: Held, at: datetime, why: str) -> str | None:
        """The new state, `pending` or `failed`; None when the claim is not as it was held any more."""

    def return_untouched(self, connection: Connection, held: Held) -> bool:
        """It was not begun: the attempt does not count."""

    def held_by(self, connection: Connection, prefix: str, limit: int) -> list[Held]:
        """Claims of workers whose name begins so, the one that expires first before the others."""

    def never_finished(self, attempts: int) -> str:
        """Why one has failed that its workers died over."""


class Counts(Protocol):
    """What is counted, for `/metrics`."""

    @property
    def rung(self) -> Counter:
        """Bells for a look, by `result`."""

    @property
    def taken_back(self) -> Counter:
        """Pictures put back, by `because`."""

    @property
    def images(self) -> Counter:
        """Pictures finished, by `outcome`."""

    @property
    def hung(self) -> Counter:
        """Looks that did not come back in time."""
