"""Node-RED tabs of the owner that differ from the shipped ones, as the stack notes them at each start."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.core.clock import from_rfc3339
from services.core.logging import get

log = get(__name__)


@dataclass(frozen=True)
class Tab:
    """A shipped tab that the owner changed, and since when the shipped one is another."""

    name: str
    since: datetime | None


def read(data_dir: Path) -> list[Tab]:
    """From `nodered/differs.json`: `[{"tab": "Alerts", "since": "2026-11-20T08:14:00.000000Z"}, …]`."""
    path = data_dir / "nodered" / "differs.json"
    try:
        entries = json.loads(path.read_text())
        return [Tab(str(entry["tab"]), _moment(entry.get("since"))) for entry in entries]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("differs_unreadable", path=str(path), error=str(error))
        return []


def _moment(text: str | None) -> datetime | None:
    return from_rfc3339(text) if text else None
