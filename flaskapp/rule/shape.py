"""A rule as programs send it: inputs and actions as in `config/links`, of which what is not said is null."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from flaskapp.shape import Shape
from services.core.device_messages import Detail
from services.core.messages import Label, Slug, Standing, Uuid, ZoneName
from services.core.rule_messages import InputName, LinkAction, LinkInput, LinkName, Said, Seconds
from services.store.link import Link


class RuleInput(LinkInput):
    """What triggers a rule: a device, a group of them, an arrival at a camera (`camera`), a plate that was read there
    (`plate`), what the camera itself reports (`camera_event`), or the panic button.

    `moment` is `trigger`, `escalation` of a device or group, or `first` or `last` of a group: the first of it became
    active, the last of it became quiet. `labels` and `zones` narrow arrivals, `details` (such as `moving` or `dark`)
    what a camera reports; null: all. Plates are narrowed to one of these `standings`, or one of these `plates` (ids);
    both null: all.
    """

    model_config = ConfigDict(strict=True)

    id: InputName | None = None
    moment: Literal["trigger", "escalation", "first", "last"] = "trigger"
    labels: list[Label] | None = None
    zones: list[ZoneName] | None = None
    standings: list[Standing] | None = None
    plates: list[Uuid] | None = None
    details: list[Detail] | None = None


class RuleAction(LinkAction):
    """What a rule does.

    `switch`: the output `id` goes `on` or off, on for so many `seconds`; `switch_group`: all outputs of the group `id`
    do. `say`: the speaker `id` says `text`. `alert`: `people` (ids; null: whoever wants to know) are told, with the
    `text`. `mode`: the house is set to the mode `id`. `snapshot`: a picture of the camera `id` is pulled, and `alert`
    waits for it. `clip`: a clip of the camera `id` is cut, to so many `seconds` after the trigger (540 at most;
    null: as long as any clip).
    """

    model_config = ConfigDict(strict=True)

    id: InputName | None = None
    on: bool | None = None
    seconds: Seconds | None = None
    text: Said | None = None
    people: list[Uuid] | None = None


class RuleFields(Shape):
    """What people may set of a rule. With `within_s`, all its inputs must trigger within so many seconds.

    It acts in `modes` (null: in every mode), and only while the schedule is active (null: at any time).
    """

    name: LinkName
    enabled: bool = True
    inputs: Annotated[list[RuleInput], Field(min_length=1)]
    within_s: Annotated[int, Field(gt=0, le=86400)] | None = None
    modes: list[Slug] | None = None
    schedule_id: Uuid | None = None
    actions: Annotated[list[RuleAction], Field(min_length=1)]

    def columns(self) -> dict[str, Any]:
        """The fields as the table has them."""
        return self.model_dump(mode="json", include=set(RuleFields.model_fields))


def fields(found: Link) -> dict[str, Any]:
    """The fields of `RuleFields` as a rule has them."""
    parts = {
        "inputs": [RuleInput(**one) for one in found.inputs],
        "actions": [RuleAction(**one) for one in found.actions],
    }
    return found.values() | parts
