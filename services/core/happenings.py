"""The kinds of events that people are told of. One of them waits for a verdict, as a picture does."""

from collections.abc import Mapping
from types import MappingProxyType

HAPPENINGS: Mapping[str, str] = MappingProxyType(
    {
        "camera_silent": "silent camera",
        "camera_back": "returned camera",
        "camera_unreachable": "camera that cannot be reached",
        "camera_reached": "camera that can be reached again",
        "node_silent": "silent node",
        "service_silent": "silent service",
        "service_back": "returned service",
        "device_stale": "stale device",
        "device_escalated": "device left open or on",
        "disk_low": "disk almost full",
        "disk_back": "room on the disk again",
        "panic": "panic",
        "rule_alert": "rule's alert",
    }
)
"""Each kind with its name in a sentence."""

PANIC = "panic"
FLAPPING = frozenset({"camera_silent", "camera_back", "camera_unreachable", "camera_reached"})
"""What may come and go every minute: one alert of it a camera, then a pause."""
EXPLAINED = frozenset({"rule_alert", "panic", "device_escalated"})
"""Alerts of these say what triggered just before."""
