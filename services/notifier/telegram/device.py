"""`/inputon`, `/inputoff`, `/outputson`, `/outputsoff`: what rules may listen to and switch; `/outputon`, `/outputoff`:
switches an output now.
"""

from collections.abc import Callable, Sequence

from services.core.device_words import SPEAKER
from services.notifier.telegram.asked import Asked, Reply
from services.notifier.telegram.commands import NotUnderstood
from services.notifier.telegram.names import Named, listed, matching, the_one, there_are
from services.store import command, device
from services.store.command import Command
from services.store.device import Device

AUDITED = "device.update"
Work = Callable[[Asked], Reply]


def listen(enabled: bool) -> Work:
    """The command that lets one input count, or count no more."""

    def work(asked: Asked) -> Reply:
        inputs = [one for one in device.all_devices(asked.connection) if one.is_input]
        if not asked.argument:
            return Reply(_states("Inputs", "input", inputs))
        found = the_one(asked.argument, _named(inputs), "input")
        _enable(asked, [one for one in inputs if one.id == found.id], enabled)
        words = "is listened to again" if enabled else "is not listened to any more"
        return Reply(f"{found.name} {words}.", changed=(device.NOUN,))

    return work


def let_switch(enabled: bool) -> Work:
    """The command that lets rules switch outputs, or not: those that the name fits, or all without one."""

    def work(asked: Asked) -> Reply:
        outputs = _switchable(asked)
        named = _named(outputs)
        found = {one.id for one in (matching(asked.argument, named) if asked.argument else named)}
        if not found:
            raise NotUnderstood(f"No output is called so. {there_are(named, 'output')}")
        meant = [one for one in outputs if one.id in found]
        _enable(asked, meant, enabled)
        may = "Rules may switch these again" if enabled else "Rules switch these no more"
        return Reply(f"{may}: {listed(_named(meant))}", changed=(device.NOUN,))

    return work


def switch(on: bool) -> Work:
    """The command that switches one output now."""

    def work(asked: Asked) -> Reply:
        outputs = _switchable(asked)
        if not asked.argument:
            return Reply(_states("Outputs", "output", outputs))
        found = the_one(asked.argument, _named(outputs), "output")
        output = next(one for one in outputs if one.id == found.id)
        command.order(asked.connection, [_command(asked, output, on)], asked.person.user_id, asked.now)
        return Reply(f"{found.name} is being switched {'on' if on else 'off'}.", changed=("commands",))

    return work


def _switchable(asked: Asked) -> list[Device]:
    """Speakers speak; there is nothing on them to be switched."""
    return [one for one in device.all_devices(asked.connection) if one.is_output and one.kind != SPEAKER]


def _command(asked: Asked, output: Device, on: bool) -> Command:
    return Command(
        id=asked.id,
        device_id=output.id,
        ordered_by=asked.by,
        is_on=on,
        seconds=output.on_for(None) if on else None,
        text=None,
        made_at=asked.now,
        expires_at=command.expires_at(on, asked.now),
    )


def _enable(asked: Asked, devices: Sequence[Device], enabled: bool) -> None:
    for one in devices:
        now = device.lock(asked.connection, one.id)
        if now is not None and now.enabled != enabled:
            device.change(asked.connection, one.id, enabled=enabled)
            asked.audit(AUDITED, one.id, {"enabled": not enabled}, {"enabled": enabled})


def _named(devices: Sequence[Device]) -> list[Named]:
    return [Named(one.id, one.shown_name) for one in devices]


def _states(heading: str, kind: str, devices: Sequence[Device]) -> str:
    if not devices:
        return there_are([], kind)
    lines = (f"• {one.shown_name}: {_state(one)}" for one in devices)
    return "\n".join([f"{heading}:", *lines])


def _state(one: Device) -> str:
    if not one.enabled:
        return "switched off"
    if one.stale_since:
        return "silent"
    return "in use" if one.is_on is None else "on" if one.is_on else "off"
