"""What a rule can speak of: what the house has, as the form offers it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from flaskapp.camera import labels
from flaskapp.rule.sentence import Names
from services.core.device_words import SPEAKER
from services.store import access, album, camera, device, mode, person, plate, pull, schedule, zone
from services.store.camera import Camera
from services.store.device import Device
from services.store.mode import Mode
from services.store.plate import Plate
from services.store.schedule import Schedule

Options = dict[str, dict[str, str]]
"""For each heading of a list, what can be chosen: the words by the value that the form sends."""

CAMERA_MOMENTS = {
    "trigger": "sees something arrive",
    "plate": "reads a plate",
    "camera_event": "reports motion or light",
}
"""What a camera can do, as the form sends it: arrivals, or the kind of input that it is then."""


def offers(some: Options, value: str) -> bool:
    """Whether a value is among what can be chosen."""
    return any(value in listed for listed in some.values())


@dataclass(frozen=True)
class Choices:
    """What the house has. `zones` are the names of each camera's, `seen` every label that was ever seen.

    `people` are names by ids, `plates` those that somebody has named; pictures can be pulled from the cameras `pulled`,
    and clips be cut of the cameras `recorded`.
    """

    devices: Sequence[Device]
    cameras: Sequence[Camera]
    zones: Mapping[str, Sequence[str]]
    modes: Sequence[Mode]
    schedules: Sequence[Schedule]
    seen: Sequence[str]
    people: Mapping[str, str]
    plates: Mapping[str, Plate]
    pulled: Collection[str] = ()
    recorded: Collection[str] = ()

    @property
    def names(self) -> Names:
        """What people call all this."""
        return Names(
            devices={one.id: one.shown_name for one in self.devices},
            kinds={one.id: one.kind for one in self.devices},
            groups=_kinds([one for one in self.devices if one.is_input]),
            cameras={one.id: one.name for one in self.cameras},
            modes={one.id: one.name for one in self.modes},
            schedules={one.id: one.name for one in self.schedules},
            people=self.people,
            plates={one.id: f"{one.text} ({one.owner})" if one.owner else one.text for one in self.plates.values()},
        )

    @property
    def inputs(self) -> Options:
        """What can trigger, as `kind:id`."""
        inputs = [one for one in self.devices if one.is_input]
        found = {
            "Devices": {f"device:{one.id}": one.shown_name for one in inputs},
            "Groups": {f"group:{name}": f"Anything in {name}" for name in groups(inputs)},
            "Cameras": {f"camera:{one.id}": one.name for one in self.cameras},
            "People": {"panic:": "The panic button"},
        }
        for heading, kind in (("Devices", "device"), ("Cameras", "camera")):
            if found[heading]:
                found[heading][f"{kind}:"] = f"Any {kind}"
        return {heading: some for heading, some in found.items() if some}

    @property
    def outputs(self) -> Options:
        """What can be switched, as `kind:id` of an action."""
        outputs = [one for one in self.devices if one.is_output and one.kind != SPEAKER]
        found = {
            "Outputs": {f"switch:{one.id}": one.shown_name for one in outputs},
            "Groups": {f"switch_group:{name}": f"All of {name}" for name in groups(outputs)},
        }
        return {heading: some for heading, some in found.items() if some}

    @property
    def speakers(self) -> dict[str, str]:
        """What can say something, by its id."""
        return {one.id: one.shown_name for one in self.devices if one.is_output and one.kind == SPEAKER}

    def cameras_for(self, do: str) -> dict[str, str]:
        """The cameras that can give a `snapshot`, or of which a `clip` can be cut: their names by their ids."""
        usable = {"snapshot": self.pulled, "clip": self.recorded}.get(do, ())
        return {one.id: one.name for one in self.cameras if one.id in usable}

    def moments(self, what: str) -> dict[str, str]:
        """What an input `kind:id` can do, in words by what the form sends; none where there is nothing to choose."""
        kind, _, found = what.partition(":")
        if kind == "camera":
            return CAMERA_MOMENTS
        if kind not in ("device", "group"):
            return {}
        active, quiet = (self.names.state(kind, found, active) for active in (True, False))
        some = {"trigger": "triggers", "escalation": f"stays {active} for too long"}
        turns = {"first": f"is the first that is {active}", "last": f"is the last that is {quiet}"}
        return some | turns if kind == "group" else some

    def labels_of(self, camera_id: str, chosen: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The labels that a camera looks for, in groups; all of them for any camera."""
        found = next((one for one in self.cameras if one.id == camera_id), None)
        if found is None or found.labels is None:
            return labels.groups([*self.seen, *chosen])
        return {"It looks for": tuple(sorted({*found.labels, *chosen}))}


def groups(devices: Sequence[Device]) -> list[str]:
    """The groups that devices are in, by name."""
    return sorted({one.group_name for one in devices if one.group_name})


def _kinds(devices: Sequence[Device]) -> dict[str, str]:
    """For each group that is all of one kind, that kind."""
    kinds = {name: {one.kind for one in devices if one.group_name == name} for name in groups(devices)}
    return {name: some.pop() for name, some in kinds.items() if len(some) == 1}


def read(connection: Connection) -> Choices:
    """What the house has now."""
    return Choices(
        devices=device.all_devices(connection),
        cameras=camera.all_cameras(connection),
        zones=zone.names(connection),
        modes=mode.all_modes(connection),
        schedules=schedule.all_schedules(connection),
        seen=album.labels(connection),
        people={one.id: one.name for one in person.all_people(connection)},
        plates={one.id: one for one in plate.named(connection)},
        pulled=frozenset(pull.can_be_pulled(connection)),
        recorded=frozenset(access.recorded(connection)),
    )
