"""What the agent tells the house by MQTT, as a device does; see docs/devices.md."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from node_agent.config import MqttSection, PhoneSection
from node_agent.config_file import ConfigError

KIND = "presence"
TAKES_WITHIN_S = 5.0
_log = structlog.get_logger()


@dataclass(frozen=True)
class Words:
    """A message: its topic below the base topic, and its fields."""

    topic: str
    fields: Mapping[str, Any]


def heartbeat(device_id: str, phone: PhoneSection, at: datetime) -> Words:
    """The phone is asked for, whether it is there or not."""
    said = {"called": phone.called, "kind": KIND, "location": None, "is_input": True, "is_output": False}
    return Words(f"device/{device_id}/heartbeat", _envelope(device_id, at) | said)


def trigger(device_id: str, is_there: bool, at: datetime) -> Words:
    """It has come, or gone."""
    said = {"active": is_there, "detail": None, "value": None, "happened_at": None}
    return Words(f"device/{device_id}/trigger", _envelope(device_id, at) | said)


def _envelope(device_id: str, at: datetime) -> dict[str, Any]:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"v": 1, "id": str(uuid.uuid4()), "at": moment, "src": device_id, "device_id": device_id}


def load_password(settings: MqttSection | None) -> str | None:
    """The text of the password file. Raises ConfigError."""
    if settings is None or settings.password_file is None:
        return None
    try:
        return settings.password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"mqtt.password_file: {settings.password_file} cannot be read ({error}).") from error


class MqttBus:
    """A connection that comes back by itself. What the broker has not taken is to be said again."""

    def __init__(self, settings: MqttSection, node: str, password: str | None) -> None:
        self._base = settings.base_topic
        self._where = (settings.host, settings.port)
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=f"hearthwatch-agent-{node}-{uuid.uuid4().hex[:8]}")
        if password is not None:
            self._client.username_pw_set(settings.user, password)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected

    def start(self) -> None:
        """Connects, now or later."""
        self._client.connect_async(*self._where)
        self._client.loop_start()

    def stop(self) -> None:
        """Ends the connection."""
        self._client.disconnect()
        self._client.loop_stop()

    def tell(self, said: Words) -> bool:
        """Publishes with QoS 1; whether the broker has taken it within some seconds."""
        if not self._client.is_connected():
            return False
        info = self._client.publish(f"{self._base}/{said.topic}", json.dumps(said.fields), qos=1)
        try:
            info.wait_for_publish(TAKES_WITHIN_S)
        except (RuntimeError, ValueError):
            # The connection went away under it.
            return False
        return info.is_published()

    def _connected(
        self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            _log.warning("broker_refuses", reason=str(reason))
        else:
            _log.info("broker_reached")

    def _disconnected(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            _log.warning("broker_away", reason=str(reason))
