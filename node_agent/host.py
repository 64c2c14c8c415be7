"""What the Restart message says about this computer. Found out by looking, not by the name of the system."""

import os
import platform
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_BOARD = Path("/proc/device-tree/model")
_OS_RELEASE = Path("/etc/os-release")


@dataclass(frozen=True)
class HostFacts:
    """One computer: `ram_mb` in MiB, `system` in stock imagenode's words."""

    name: str
    system: str
    address: str
    ram_mb: int
    hours_since_boot: float


def host_facts(hub_address: str) -> HostFacts:
    """Look at this computer; its address is the one that it reaches the hub from."""
    ram = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    system = system_name(platform.system(), _text(_BOARD), _text(_OS_RELEASE))
    return HostFacts(socket.gethostname(), system, _address_towards(hub_address), ram // 2**20, _hours_since_boot())


def system_name(kernel: str, board: str, os_release: str) -> str:
    """`RPi`, `Ubuntu`, `Linux`, `Mac` or `Windows`.

    A Pi is known by its board: a 64-bit Raspberry Pi OS calls itself Debian.
    """
    if kernel == "Linux" and "raspberry pi" in board.lower():
        return "RPi"
    if kernel == "Linux" and "ubuntu" in os_release.lower():
        return "Ubuntu"
    return {"Darwin": "Mac"}.get(kernel, kernel)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _address_towards(hub_address: str) -> str:
    hub = urlsplit(hub_address)
    try:
        family, kind, proto, _, target = socket.getaddrinfo(hub.hostname, hub.port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.connect(target)  # a datagram socket sends nothing here; it only chooses a route
            return str(probe.getsockname()[0])
    except OSError:
        return "unknown"


def _hours_since_boot() -> float:
    boot_clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(boot_clock) / 3600
