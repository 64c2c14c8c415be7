"""The messages of alerts: whom to tell, and what came of it. See `messages.py` for the envelope."""

from typing import Annotated, Literal

from pydantic import Field

from services.core.messages import Label, Message, Moment, Part, PlateOwner, Reason, Share, Slug, Uuid, ZoneName

Outcome = Literal["told", "not_told", "no_channel", "telling", "failed"]


class Wanted(Part):
    """A label that the rule looked at."""

    label: Label
    score: Share


class Span(Part):
    """From `begins_at` to before `ends_at`."""

    begins_at: Moment
    ends_at: Moment


class PersonVerdict(Part):
    """Whether one person is told, and why or why not. With `later`, they are told then, in a summary.

    `quiet`: their quiet hours that begin within the next two hours, in their order; a summary that holds this one waits
    until they are over. None where it breaks through them.
    """

    person_id: Uuid
    name: PlateOwner
    tell: bool
    later: Moment | None
    quiet: Annotated[list[Span], Field(max_length=12)]
    reasons: Annotated[list[Reason], Field(min_length=1, max_length=12)]


class AlertRequest(Message):
    """Node-RED's verdict: tell or not, and why. One for each picture with detections, and for each event to tell of.

    It is about an image or an event, never both. `people` says it for each person; null: the flow did not ask, and
    everybody who can be reached is told. `text` is what a rule wants said. With `entry_s` it waits for so many seconds
    whether somebody disarms the house, and is told when nobody does; null: it does not wait.
    """

    topic = "alert/request"
    image_id: Uuid | None
    event_id: Uuid | None
    camera_id: Slug | None
    rule: Slug
    tell: bool
    labels: list[Wanted]
    zones: list[ZoneName]
    text: Reason | None
    people: list[PersonVerdict] | None
    reasons: Annotated[list[Reason], Field(min_length=1)]
    entry_s: Annotated[int, Field(gt=0, le=300)] | None = None


class AlertDecision(Message):
    """The notifier has written the decision down."""

    topic = "alert/decision"
    decision_id: Uuid
    image_id: Uuid | None
    event_id: Uuid | None
    camera_id: Slug | None
    outcome: Outcome
    reasons: list[Reason]


class AlertResult(Message):
    """What came of one attempt to deliver. `person` is null for an address of the settings.

    `dropped`: nothing was tried, since the person is not to be told any more; `error` says why.
    """

    topic = "alert/result"
    decision_id: Uuid
    delivery_id: Uuid
    image_id: Uuid | None
    event_id: Uuid | None
    channel: str
    person: str | None
    outcome: Literal["sent", "retry", "failed", "dropped"]
    error: str | None


ALERT_MESSAGES: tuple[type[Message], ...] = (AlertRequest, AlertDecision, AlertResult)
