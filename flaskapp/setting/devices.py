"""Devices in the file of settings: what people have set, and what a device says of itself."""

from collections.abc import Sequence

from sqlalchemy import Connection

from flaskapp.device import change
from flaskapp.device.shape import DeviceFields, columns, settable
from flaskapp.gallery import gallery
from flaskapp.guard import Person
from flaskapp.setting.noun import Entry, Noun
from services.core.device_messages import DeviceName, Place
from services.core.messages import Slug
from services.store import device, forgetting, schedule
from services.store.device import Described

OWN_WORDS = ("called", "kind", "location", "is_input", "is_output")
FIELDS = set(DeviceFields.model_fields)
FORGOTTEN = "It is being forgotten: try again in a while."


class DeviceEntry(DeviceFields, Entry):
    """A device. What it says of itself counts where it is not known yet. `is_new`: nobody has saved it."""

    id: Slug
    called: DeviceName
    kind: Slug
    location: Place | None = None
    is_input: bool
    is_output: bool
    is_new: bool = False
    name: DeviceName | None = None

    @property
    def title(self) -> str:
        """What pages call it."""
        return self.name or self.called


def present(connection: Connection) -> list[DeviceEntry]:
    """As they are."""
    return [
        DeviceEntry(id=one.id, is_new=one.is_new, **vars(one.described), **settable(one))
        for one in device.all_devices(connection)
    ]


def meant(before: DeviceEntry | None, wanted: DeviceEntry, _exact: bool) -> DeviceEntry:
    """A device knows best what it is, and is new only while nothing is set."""
    untouched = columns(wanted, FIELDS) == columns(DeviceFields(), FIELDS)
    is_new = wanted.is_new and untouched and (before is None or before.is_new)
    own = {name: getattr(before, name) for name in OWN_WORDS} if before else {}
    return wanted.model_copy(update={**own, "is_new": is_new})


def wrong(connection: Connection, entries: Sequence[DeviceEntry]) -> dict[str, str]:
    """What does not hold together, schedules that there are not, and devices that are still being forgotten."""
    schedules = [one.id for one in schedule.all_schedules(connection)]
    going = {one.device_id for one in forgetting.begun(connection)}
    found: dict[str, str] = {}
    for place, one in enumerate(entries):
        mistakes = change.unfit(columns(one, FIELDS), schedules)
        if one.id in going:
            mistakes["id"] = FORGOTTEN
        if not (one.is_input or one.is_output):
            mistakes["is_input"] = "A device is an input, an output or both."
        found |= {f"[{place}].{name}": words for name, words in mistakes.items()}
    return found


def save(connection: Connection, by: Person, before: DeviceEntry | None, wanted: DeviceEntry) -> None:
    """Makes a device known, or changes what is set."""
    if before is None:
        described = Described(**{name: getattr(wanted, name) for name in OWN_WORDS})
        device.register(connection, wanted.id, described, gallery().now())
    found = device.lock(connection, wanted.id)
    if found is not None and not wanted.is_new:
        change.change(connection, by, found, columns(wanted, FIELDS))


NOUN = Noun(change.NOUN, "Device", DeviceEntry, present, save, None, wrong, meant=meant)
