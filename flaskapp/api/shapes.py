"""What the API takes and gives."""

from typing import Annotated, Literal

from pydantic import Field

from flaskapp.device.form import DAY
from flaskapp.device.shape import DeviceFields
from flaskapp.rule.shape import RuleFields
from flaskapp.shape import Shape
from services.core.messages import Moment, Reason, Slug, Uuid
from services.core.mode_messages import DelaySeconds, ModeName
from services.core.rule_messages import OrderedBy, Said, Source

PAGE_MOST = 200
Id = Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]
Limit = Annotated[int, Field(ge=1, le=PAGE_MOST)]
RulingOutcome = Literal["acted", "held", "not_acted"]


class ADevice(DeviceFields):
    """A device: what it says of itself, what people have set, and what it says now. `is_new`: nobody has saved it."""

    id: str
    called: str
    kind: str
    location: str | None
    is_input: bool
    is_output: bool
    is_new: bool
    first_seen_at: Moment
    last_seen_at: Moment
    stale_since: Moment | None
    active: bool | None
    active_since: Moment | None
    detail: str | None
    triggered_at: Moment | None
    is_on: bool | None
    is_on_since: Moment | None


class Devices(Shape):
    """Every device: new ones first, then by name."""

    devices: list[ADevice]


class CommandWanted(Shape):
    """An order: `on` or off, on for so many `seconds` (null: until it is switched off); a speaker says `text`."""

    on: bool | None = None
    seconds: Annotated[int, Field(ge=1, le=DAY)] | None = None
    text: Said | None = None


class ACommand(Shape):
    """An order to an output. `seconds` are never more than the output allows. It is left undone after `expires_at`."""

    id: Uuid
    device_id: str
    link_id: str | None
    ordered_by: OrderedBy
    on: bool | None
    seconds: float | None
    text: str | None
    made_at: Moment
    expires_at: Moment
    state: Literal["due", "sent", "expired"]
    sent_at: Moment | None
    off_at: Moment | None


class LinkNew(RuleFields):
    """A rule to enter. With an `id` of one's own, a second try is refused instead of entering it twice."""

    id: Uuid | None = None


class ALink(RuleFields):
    """A rule, and when it last did something; null: never."""

    id: Uuid
    created_at: Moment
    acted_at: Moment | None


class Links(Shape):
    """Every rule, by name."""

    links: list[ALink]


class AMode(Shape):
    """What the house can be set to, with its exit and entry delay. `builtin`: it belongs to every house."""

    id: Slug
    name: ModeName
    builtin: bool
    exit_s: DelaySeconds
    entry_s: DelaySeconds


class Modes(Shape):
    """Every mode, in the order of the switch."""

    modes: list[AMode]


class ModeNow(Shape):
    """What the house is set to. All but the mode is null while nobody has ever set it; `until` null: it stays.

    Until `arming_until` its exit delay lasts, until `pending_until` an entry delay, because something triggered; else
    both are null.
    """

    mode_id: str
    name: str
    since: Moment | None
    by: str | None
    reason: str | None
    until: Moment | None
    arming_until: Moment | None
    pending_until: Moment | None
    pending_because: str | None


class ModeWanted(Shape):
    """What the house is to be set to. `until`: the mode before comes back then; null means that it stays."""

    mode_id: Slug
    until: Moment | None = None
    reason: Reason = "set by the API"


class EventsAsked(Shape):
    """Which events: `kind` as `device_active`, of one device, of one camera; `before` is the `next` of a page."""

    kind: Id | None = None
    device: Id | None = None
    camera: Id | None = None
    before: Id | None = None
    limit: Limit = 50


class SettingsAsked(Shape):
    """How a file is brought: `dry_run` only says what would be; `exact` also removes what is not in the file."""

    dry_run: bool = False
    exact: bool = False


class SettingsLine(Shape):
    """What becomes of one thing, and which of its fields change. Devices and cameras are never removed."""

    kind: Literal["added", "changed", "removed", "kept"]
    noun: str
    id: str
    title: str
    fields: list[str]


class SettingsReport(Shape):
    """What a file changes; `kept` is what is not in it, and stays. `notes`: what is to be known besides."""

    dry_run: bool
    lines: list[SettingsLine]
    notes: list[str]


class AnEvent(Shape):
    """Something that happened, other than a picture."""

    id: Uuid
    kind: str
    camera_id: str | None
    node_id: str | None
    device_id: str | None
    region: str | None
    detail: str
    value: float | None
    unit: str | None
    sensor: str | None
    happened_at: Moment


class Events(Shape):
    """Events, newest first. `next` leads to those before them; null: there are none."""

    events: list[AnEvent]
    next: str | None


class RulingsAsked(Shape):
    """Which rulings: of one outcome, device or camera; `before` is the `next` of a page."""

    outcome: RulingOutcome | None = None
    device: Id | None = None
    camera: Id | None = None
    before: Id | None = None
    limit: Limit = 50


class LinkRuled(Shape):
    """What a trigger led to by one rule, and why."""

    link_id: str
    name: str
    outcome: RulingOutcome
    reasons: list[str]


class ARuling(Shape):
    """What a trigger led to, and why: by each rule that it concerns, with the orders that were given."""

    source: Source
    trigger_id: Uuid
    device_id: str | None
    camera_id: str | None
    said: str
    outcome: RulingOutcome
    reasons: list[str]
    links: list[LinkRuled]
    commands: list[ACommand]
    triggered_at: Moment
    decided_at: Moment


class Rulings(Shape):
    """Rulings, newest first. `next` leads to those before them; null: there are none."""

    rulings: list[ARuling]
    next: str | None
