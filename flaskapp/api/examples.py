"""An example of what each route takes and gives, by its name: `/api/v1/openapi.json` shows them."""

from typing import Any

SIREN: dict[str, Any] = {
    "name": None,
    "group": "Ground floor",
    "enabled": True,
    "entry": False,
    "stale_after_s": None,
    "schedule_id": None,
    "latch_s": None,
    "rate_count": None,
    "rate_s": None,
    "escalate_after_s": None,
    "interval_s": 60,
    "longest_on_s": 300,
    "id": "siren",
    "called": "Siren",
    "kind": "siren",
    "location": "attic",
    "is_input": False,
    "is_output": True,
    "is_new": False,
    "first_seen_at": "2026-11-01T09:12:00.000000Z",
    "last_seen_at": "2026-11-20T08:08:49.711037Z",
    "stale_since": None,
    "active": None,
    "active_since": None,
    "detail": None,
    "triggered_at": None,
    "is_on": False,
    "is_on_since": "2026-11-19T22:15:30.000000Z",
}
COMMAND: dict[str, Any] = {
    "id": "019aa0c1-7a51-7001-8a3f-5b1c2d3e4f50",
    "device_id": "siren",
    "link_id": None,
    "ordered_by": "Anna",
    "on": True,
    "seconds": 30.0,
    "text": None,
    "made_at": "2026-11-20T08:09:00.000000Z",
    "expires_at": "2026-11-20T08:11:00.000000Z",
    "state": "due",
    "sent_at": None,
    "off_at": None,
}
LINK_WANTED: dict[str, Any] = {
    "name": "Siren at night",
    "inputs": [{"kind": "device", "id": "garage-pir"}],
    "modes": ["away", "night"],
    "actions": [{"kind": "switch", "id": "siren", "on": True, "seconds": 30}, {"kind": "alert"}],
}
INPUT: dict[str, Any] = {
    "kind": "device",
    "id": "garage-pir",
    "moment": "trigger",
    "labels": None,
    "zones": None,
    "standings": None,
    "plates": None,
    "details": None,
}
ACTION: dict[str, Any] = {"kind": "switch", "id": "siren", "on": True, "seconds": 30.0, "text": None, "people": None}
LINK: dict[str, Any] = {
    "name": "Siren at night",
    "enabled": True,
    "inputs": [INPUT],
    "within_s": None,
    "modes": ["away", "night"],
    "schedule_id": None,
    "actions": [ACTION],
    "id": "019aa0c1-7a51-7001-8a3f-5b1c2d3e4f51",
    "created_at": "2026-11-20T08:08:49.711037Z",
    "acted_at": None,
}
MODE_NOW: dict[str, Any] = {
    "mode_id": "away",
    "name": "Away",
    "since": "2026-11-20T08:08:49.711037Z",
    "by": "Anna",
    "reason": "everybody left",
    "until": "2026-11-20T17:00:00.000000Z",
    "arming_until": "2026-11-20T08:09:19.711037Z",
    "pending_until": None,
    "pending_because": None,
}
EVENT: dict[str, Any] = {
    "id": "019aa0c1-7a51-7001-8a3f-5b1c2d3e4f52",
    "kind": "device_active",
    "camera_id": None,
    "node_id": None,
    "device_id": "garage-pir",
    "region": None,
    "detail": "motion",
    "value": None,
    "unit": None,
    "sensor": None,
    "happened_at": "2026-11-20T08:08:49.711037Z",
}
RULING: dict[str, Any] = {
    "source": "event",
    "trigger_id": EVENT["id"],
    "device_id": "garage-pir",
    "camera_id": None,
    "said": "Garage PIR: motion",
    "outcome": "acted",
    "reasons": ["Siren at night acted"],
    "links": [{"link_id": LINK["id"], "name": LINK["name"], "outcome": "acted", "reasons": ["the house is away"]}],
    "commands": [COMMAND | {"link_id": LINK["id"], "ordered_by": "rule Siren at night"}],
    "triggered_at": "2026-11-20T08:08:49.711037Z",
    "decided_at": "2026-11-20T08:08:50.020000Z",
}
NEXT = f"1763626129711037.{EVENT['id']}"

GIVEN: dict[str, dict[str, Any]] = {
    "devices": {"devices": [SIREN]},
    "one_device": SIREN,
    "change_device": SIREN,
    "command_device": COMMAND,
    "links": {"links": [LINK]},
    "add_link": LINK,
    "one_link": LINK,
    "replace_link": LINK,
    "modes": {"modes": [{"id": "away", "name": "Away", "builtin": True, "exit_s": 30, "entry_s": 30}]},
    "mode_now": MODE_NOW,
    "set_mode": MODE_NOW,
    "bring_settings": {
        "dry_run": True,
        "lines": [
            {"kind": "changed", "noun": "links", "id": LINK["id"], "title": LINK["name"], "fields": ["modes"]},
            {"kind": "kept", "noun": "devices", "id": "siren", "title": "Siren", "fields": []},
        ],
        "notes": [],
    },
    "events": {"events": [EVENT], "next": NEXT},
    "rulings": {"rulings": [RULING], "next": None},
}
TAKEN: dict[str, dict[str, Any]] = {
    "change_device": {"group": "Ground floor", "interval_s": 60},
    "command_device": {"on": True, "seconds": 30},
    "add_link": LINK_WANTED,
    "replace_link": LINK_WANTED,
    "set_mode": {"mode_id": "away", "until": "2026-11-20T17:00:00Z", "reason": "everybody left"},
}
