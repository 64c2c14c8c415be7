"""Messages about recordings and clips. See `messages.py`."""

from typing import Literal

from services.core.messages import Message, Moment, Reason, Slug, Uuid


class SegmentNew(Message):
    """A stretch of a camera's stream has been recorded and has its row. `whole` false: its writer was killed."""

    topic = "segment/new"
    segment_id: Uuid
    camera_id: Slug
    began_at: Moment
    ended_at: Moment
    whole: bool


class WorkClip(Message):
    """A clip of this camera is wanted, from one moment to another; the recorder adds nothing before or after.

    Where it touches a clip that is not cut yet, that one becomes longer.
    """

    topic = "work/clip"
    camera_id: Slug
    from_at: Moment
    to_at: Moment
    reason: Reason


class ClipReady(Message):
    """A clip can be played, or will never be: `error` then says why. Times are null unless it is ready."""

    topic = "clip/ready"
    clip_id: Uuid
    camera_id: Slug
    outcome: Literal["ready", "failed"]
    because: Slug
    began_at: Moment | None
    ended_at: Moment | None
    error: Reason | None


RECORDING_MESSAGES: tuple[type[Message], ...] = (SegmentNew, WorkClip, ClipReady)
