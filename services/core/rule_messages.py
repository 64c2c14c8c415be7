"""The messages of links (pages say rules), triggers and outputs. See `messages.py` for the envelope."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.core.device_messages import Detail
from services.core.messages import Label, Message, Moment, OfGroup, Part, Reason, Slug, Standing, Uuid, ZoneName

LinkName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
InputName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=300)]
OrderedBy = Annotated[str, StringConstraints(min_length=1, max_length=160)]
Seconds = Annotated[float, Field(gt=0, le=86400)]
Source = Literal["event", "sighting"]


class LinkInput(Part):
    """What triggers a link. A null `id` is any of its kind.

    `kind`: `device` (`id` is the device's), `group` (its name: any device in it), `camera` (an arrival), `plate`
    (a plate that the readings of a camera's vehicle came to mean), `camera_event` (what a camera itself reports:
    motion, light), `panic` (the button of the gallery). `moment`: `trigger`; of a device or group `escalation`; of a
    group `first` (the first of it became active) or `last` (the last of it became quiet). `labels` and `zones` narrow
    arrivals, `details` what a camera reports (`moving`, `dark`). Of plates: one of these `standings`, or one of these
    `plates` by their ids. Null: all; of plates, both.
    """

    kind: Literal["device", "group", "camera", "plate", "camera_event", "panic"]
    id: InputName | None
    moment: Literal["trigger", "escalation", "first", "last"]
    labels: list[Label] | None
    zones: list[ZoneName] | None
    standings: list[Standing] | None
    plates: list[Uuid] | None
    details: list[Detail] | None


class LinkAction(Part):
    """What a link does.

    `switch`: the output `id` goes `on` or off, on for so many `seconds` (null: until it is switched off);
    `switch_group`: all outputs of the group `id` do. `say`: the speaker `id` says `text`. `alert`: these `people` are
    told (null: whoever wants to know), with the `text`. `mode`: the house is set to the mode `id`. `snapshot`: a
    picture of the camera `id` is pulled; the rule's `alert` then waits for it. `clip`: a clip of the camera `id` is cut
    of its recording, to so many `seconds` after the trigger (null: as long as any clip).
    """

    kind: Literal["switch", "switch_group", "say", "alert", "mode", "snapshot", "clip"]
    id: InputName | None
    on: bool | None
    seconds: Seconds | None
    text: Said | None
    people: list[Uuid] | None


class LinkConfig(Part):
    """What flows may know of a link. With `within_s`, all its inputs must trigger within so many seconds.

    It acts in `modes` (null: in every mode), and only while the schedule is active (null: at any time).
    """

    id: Uuid
    name: LinkName
    enabled: bool
    inputs: Annotated[list[LinkInput], Field(min_length=1)]
    within_s: Annotated[int, Field(gt=0)] | None
    modes: list[Slug] | None
    schedule_id: Uuid | None
    actions: Annotated[list[LinkAction], Field(min_length=1)]


class ConfigLinks(Message):
    """All links as flows see them."""

    topic = "config/links"
    retained = True
    version: int
    links: list[LinkConfig]


class LinkVerdict(Part):
    """What Node-RED says of one link that a trigger concerns: whether it wants to act, why, and how.

    `places` are the inputs of the link, from 0, that triggered; scribe asks for the others when it wants all. With
    `entry_s` it waits for so many seconds whether somebody disarms the house, and acts when nobody does.
    """

    link_id: Uuid
    name: LinkName
    act: bool
    reasons: Annotated[list[Reason], Field(min_length=1, max_length=12)]
    places: list[Annotated[int, Field(ge=0)]]
    within_s: Annotated[int, Field(gt=0)] | None
    actions: list[LinkAction]
    entry_s: Annotated[int, Field(gt=0, le=300)] | None = None


class TriggerVerdict(Message):
    """Node-RED's verdict on one trigger: which links want to act. scribe holds it against latch, count and pause.

    `quiet`: the input has become quiet, which ends what holds it; links act on it only as the last of a group. `wants`
    is false where no link can act whatever is held (it is too old, its device is switched off or outside of its
    schedule). `entry`: what triggered is a way in.
    """

    topic = "trigger/verdict"
    source: Source
    trigger_id: Uuid
    device_id: Slug | None
    camera_id: Slug | None
    said: Said
    moment: Literal["trigger", "escalation", "quiet"]
    wants: bool
    triggered_at: Moment
    reasons: Annotated[list[Reason], Field(min_length=1, max_length=12)]
    links: list[LinkVerdict]
    entry: bool = False


class TriggerRuling(Message):
    """scribe has written down what a trigger led to."""

    topic = "trigger/ruling"
    source: Source
    trigger_id: Uuid
    device_id: Slug | None
    camera_id: Slug | None
    said: Said
    outcome: Literal["acted", "held", "not_acted"]
    reasons: Annotated[list[Reason], Field(min_length=1)]


class AskRules(Message):
    """Somebody asks what would happen if this triggered: a `device`, an arrival at a `camera`, a `plate` read there,
    what it reports itself (`camera_event`), or the `panic` button.

    `label` and `zones` are of an arrival, `detail` is of what a device or camera reports, `standing` and `plate_id` are
    of a plate. `of_group`: the device is the first of its group to become active, or the last to become quiet.
    `mode_id` is the mode to ask for, `happens_at` the time; null: as it is now.
    """

    topic = "ask/rules"
    kind: Literal["device", "camera", "plate", "camera_event", "panic"]
    device_id: Slug | None
    camera_id: Slug | None
    label: Label | None
    zones: list[ZoneName]
    detail: Detail | None
    standing: Standing | None
    plate_id: Uuid | None
    of_group: OfGroup | None
    moment: Literal["trigger", "escalation", "quiet"]
    mode_id: Slug | None
    happens_at: Moment | None


class AnswerRules(Message):
    """What Node-RED would want of the trigger that `ask_id` made up; nothing is done, and nothing written down.

    It has the fields of `trigger/verdict`. What scribe would hold by latch, count or pause is not in it.
    """

    topic = "answer/rules"
    ask_id: Uuid
    device_id: Slug | None
    camera_id: Slug | None
    said: Said
    moment: Literal["trigger", "escalation", "quiet"]
    wants: bool
    triggered_at: Moment
    reasons: Annotated[list[Reason], Field(min_length=1, max_length=12)]
    links: list[LinkVerdict]


class OutputSet(Message):
    """An output is to go `on` or off, or to say `text`. Later than `expires_at` it is to be left undone.

    `seconds`: how long on; scribe also sends the off when they are over. The same `id` twice is one order.
    """

    topic = "output/{device_id}/set"
    device_id: Slug
    on: bool | None
    seconds: Seconds | None
    text: Said | None
    expires_at: Moment


class OutputState(Message):
    """An output is on or off now, whoever switched it."""

    topic = "output/{device_id}/state"
    retained = True
    device_id: Slug
    on: bool
    detail: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None


class OutputAsk(Message):
    """A flow, Home Assistant or a script wants an output switched; scribe writes the order down and sends it.

    As with a link, the output's pause, its longest time on and its schedule hold.
    """

    topic = "output/{device_id}/ask"
    device_id: Slug
    on: bool | None
    seconds: Seconds | None
    text: Said | None
    by: OrderedBy


RULE_MESSAGES: tuple[type[Message], ...] = (
    ConfigLinks,
    TriggerVerdict,
    TriggerRuling,
    AskRules,
    AnswerRules,
    OutputSet,
    OutputState,
    OutputAsk,
)
