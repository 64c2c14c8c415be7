"""What a camera itself reports, other than pictures: the kinds of events that rules are asked about."""

from collections.abc import Mapping
from types import MappingProxyType

CAMERA_EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"motion": ("moving", "still"), "light": ("lighted", "dark")}
)
"""Each kind with the details that stock imagenode and our node agent give."""
DETAILS = [detail for details in CAMERA_EVENTS.values() for detail in details]
