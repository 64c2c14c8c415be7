"""`/report`: how the house is, in a few lines."""

from collections.abc import Sequence

from services.notifier.telegram.asked import Asked, Reply
from services.notifier.telegram.mode import now_set
from services.notifier.words import listed
from services.store import camera, device, figures, report, service

ALERTS = 3
MANY_WAIT = 100


def report_all(asked: Asked) -> Reply:
    """Mode, who is silent, the last alerts, and whether everything works."""
    return Reply("\n".join([now_set(asked), *_silent(asked), *_alerts(asked), *_health(asked)]))


def _silent(asked: Asked) -> list[str]:
    cameras = [one.name for one in camera.all_cameras(asked.connection) if one.silent_since]
    devices = [one.shown_name for one in device.all_devices(asked.connection) if one.enabled and one.stale_since]
    return [
        _which(cameras, "Silent cameras", "Every camera speaks."),
        _which(devices, "Silent devices", "Every device speaks."),
    ]


def _alerts(asked: Asked) -> list[str]:
    told = report.last_told(asked.connection, ALERTS)
    lines = [f"• {one.subject}, told {asked.clock(one.told_at)}" for one in told]
    return ["Last alerts:", *lines] if lines else ["Nobody has been told of anything yet."]


def _health(asked: Asked) -> list[str]:
    away = sorted({one.name for one in service.all_services(asked.connection) if one.state != "online"})
    waiting = figures.waiting(asked.connection)["images_pending"]
    behind = [f"{waiting} pictures wait to be looked at."] if waiting > MANY_WAIT else []
    return [_which(away, "Services that are away", "Every service is there."), *behind]


def _which(names: Sequence[str], what: str, none: str) -> str:
    return f"{what}: {listed(names)}." if names else none
