"""The page Devices: a card a group that can be switched, then a card a device, new ones first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template

from flaskapp import words
from flaskapp.device import form, group
from flaskapp.gallery import gallery
from services.core.device_words import SPEAKER, state_word
from services.store import command, device, device_group, schedule
from services.store.device import Device


@dataclass(frozen=True)
class Group:
    """What can be switched together."""

    name: str
    outputs: tuple[Device, ...]

    @property
    def on(self) -> list[Device]:
        """Those that are on."""
        return [one for one in self.outputs if one.is_on]


@dataclass(frozen=True)
class Open:
    """What somebody has sent that was wrong: of which card, what was typed, and what is wrong in words by field."""

    place: str | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)


def groups(devices: Sequence[Device]) -> list[Group]:
    """The groups with what can be switched on and off, by name."""
    outputs = [one for one in devices if one.is_output and one.kind != SPEAKER]
    names = sorted({one.group_name for one in outputs if one.group_name})
    return [Group(name, tuple(one for one in outputs if one.group_name == name)) for name in names]


def render(settings: Open = Open(), switching: Open = Open()) -> str:
    """The page. `settings` is of a device's id; the place of `switching` is `device-<id>` or `group-<name>`."""
    with gallery().engine.connect() as connection:
        devices, schedules = device.all_devices(connection), schedule.all_schedules(connection)
        all_groups, group_schedules = group.names(connection), device_group.schedules(connection)
        orders = command.newest(connection, [one.id for one in devices if one.is_output])
    now = gallery().now()
    return render_template(
        "device/page.html",
        devices=devices,
        together=groups(devices),
        orders=orders,
        values={one.id: settings.typed if one.id == settings.place else form.present(one) for one in devices},
        open_id=settings.place,
        mistakes=settings.mistakes,
        switching=switching,
        groups=all_groups,
        group_schedules=group_schedules,
        schedules=schedules,
        silent={one.id: words.lasting((now - one.last_seen_at).total_seconds()) for one in devices if one.stale_since},
        state_word=state_word,
        speaker=SPEAKER,
        lengths=form.TEXTS,
        base=gallery().settings.mqtt_base_topic,
    )
