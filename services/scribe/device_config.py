"""`config/devices`, retained: what flows may know of the devices."""

from sqlalchemy import Connection

from services.core.device_messages import ConfigDevices, DeviceConfig
from services.scribe.retained import RetainedConfig
from services.store import device, device_group
from services.store.device import Device


class DeviceConfigs(RetainedConfig):
    """Tells flows of the devices."""

    noun = device.NOUN

    def message(self, connection: Connection, version: int) -> ConfigDevices:
        """All devices."""
        schedules = device_group.schedules(connection)
        known = [for_flows(one, schedules.get(one.group_name or "")) for one in device.all_devices(connection)]
        return ConfigDevices.make(self._clock, "scribe", version=version, devices=known)


def for_flows(one: Device, group_schedule_id: str | None) -> DeviceConfig:
    """What flows may know of a device; `group_schedule_id`: by which its group goes."""
    return DeviceConfig(
        id=one.id,
        name=one.shown_name,
        kind=one.kind,
        location=one.location,
        is_input=one.is_input,
        is_output=one.is_output,
        enabled=one.enabled,
        group=one.group_name,
        schedule_id=one.schedule_id,
        is_new=one.is_new,
        entry=one.entry,
        group_schedule_id=group_schedule_id,
    )
