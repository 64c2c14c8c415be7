"""The messages of pictures that are pulled from cameras on demand. See `messages.py` for the envelope."""

from typing import Annotated

from pydantic import StringConstraints

from services.core.messages import Message, Moment, Slug, Uuid

AskedBy = Annotated[str, StringConstraints(min_length=1, max_length=160)]
PullDetail = Annotated[str, StringConstraints(max_length=300)]


class WorkSnapshot(Message):
    """A picture is wanted of a camera that is reached by its address. One `pull_id` is one pull, however often.

    After `expires_at` nobody wants it any more, and it ends as `expired`.
    """

    topic = "work/snapshot"
    pull_id: Uuid
    camera_id: Slug
    asked_by: AskedBy
    expires_at: Moment


class SnapshotResult(Message):
    """What came of a pull: with the outcome `ok` a picture, which goes the usual way.

    `outcome` else says what is wrong: `refused`, `missing`, `html`, `not_a_picture`, `cut_short`, `damaged`,
    `too_large`, `stale`, `slow`, `away`, `untrusted`, `elsewhere`, `trouble`; `expired`: nobody came to it in time;
    `unknown`: it is not known how to reach this camera.
    """

    topic = "snapshot/result"
    pull_id: Uuid
    camera_id: Slug
    outcome: Slug
    detail: PullDetail
    image_id: Uuid | None


SNAPSHOT_MESSAGES: tuple[type[Message], ...] = (WorkSnapshot, SnapshotResult)
