"""Writes `contracts/*.schema.json` and `docs/messages.md` from `core`'s modules of messages: `scripts/contracts`.

The palette of Node-RED gets its own copy of the schemas, because it is installed without this repository around it.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.core.alert_messages import ALERT_MESSAGES
from services.core.answer_messages import ANSWER_MESSAGES
from services.core.device_messages import DEVICE_MESSAGES
from services.core.messages import MESSAGES, Message, Part, schema, schema_name
from services.core.mode_messages import DAY, EDGE, MODE_MESSAGES
from services.core.person_messages import PERSON_MESSAGES
from services.core.recording_messages import RECORDING_MESSAGES
from services.core.rule_messages import RULE_MESSAGES
from services.core.snapshot_messages import SNAPSHOT_MESSAGES
from services.core.state_messages import STATE_MESSAGES

EVERY_MESSAGE = (
    *MESSAGES,
    *ANSWER_MESSAGES,
    *ALERT_MESSAGES,
    *DEVICE_MESSAGES,
    *MODE_MESSAGES,
    *RULE_MESSAGES,
    *PERSON_MESSAGES,
    *STATE_MESSAGES,
    *SNAPSHOT_MESSAGES,
    *RECORDING_MESSAGES,
)
SCHEMAS = ("contracts", "nodered/nodes/contracts")
DOCUMENT = "docs/messages.md"
ENVELOPE = tuple(Message.model_fields)

WAY: Mapping[str, str] = {
    "image/new": "hub → Node-RED, gallery; again by keeper when it waits",
    "work/detect": "Node-RED → detector (one of a pool); again by keeper when it waits",
    "work/keep": "Node-RED → scribe",
    "image/detected": "detector → Node-RED, gallery; again by keeper when it waits",
    "work/plates": "Node-RED → plates (one of a pool); again by keeper when it waits",
    "image/plates": "plates → Node-RED, gallery; again by keeper when it waits",
    "work/snapshot": "Node-RED, scribe → snapshot (one of a pool); again by keeper when it waits",
    "snapshot/result": "snapshot, keeper → whoever wants to know",
    "ask/objects": "Node-RED → scribe",
    "answer/objects": "scribe → Node-RED",
    "ask/plates": "Node-RED → scribe",
    "answer/plates": "scribe → Node-RED",
    "sighting/arrived": "detector → Node-RED, gallery",
    "sighting/departed": "detector, keeper → Node-RED, gallery; again by keeper when it waits",
    "event/new": "hub, scribe → Node-RED, gallery",
    "event/report": "Node-RED → scribe",
    "alert/request": "Node-RED → notifier",
    "alert/decision": "notifier → Node-RED, gallery",
    "alert/result": "notifier → gallery",
    "config/cameras": "scribe → Node-RED",
    "config/changed": "gallery → scribe",
    "svc/{service}/{instance}/status": "every service (or the broker when it dies) → Node-RED, gallery, scribe, keeper",
    "chore/nightly": "Node-RED → keeper",
    "device/{device_id}/heartbeat": "devices, Node-RED (for old devices) → scribe",
    "device/{device_id}/trigger": "devices, Node-RED (for old devices) → scribe",
    "device/{device_id}/reading": "devices, Node-RED (for old devices) → scribe",
    "meter/{device_id}/reset": "gallery → devices, Node-RED (for old devices)",
    "config/devices": "scribe → Node-RED",
    "camera/{camera_id}/state": "scribe → Node-RED, Home Assistant",
    "device/{device_id}/state": "scribe → Node-RED, Home Assistant",
    "mode/set": "Node-RED, Home Assistant, your own scripts → scribe",
    "mode/state": "scribe → Node-RED, gallery, Home Assistant",
    "config/schedules": "scribe → Node-RED",
    "schedule/{schedule_id}/state": "Node-RED → whoever wants to know",
    "config/links": "scribe → Node-RED",
    "trigger/verdict": "Node-RED → scribe",
    "trigger/ruling": "scribe → Node-RED, gallery",
    "ask/rules": "gallery, your own flows → Node-RED",
    "answer/rules": "Node-RED → gallery, your own flows",
    "output/{device_id}/set": "scribe → devices",
    "output/{device_id}/state": "devices → scribe, Node-RED, gallery",
    "output/{device_id}/ask": "Node-RED, Home Assistant, your own scripts → scribe",
    "config/people": "scribe → Node-RED",
    "segment/new": "recorder → gallery",
    "work/clip": "Node-RED → recorder",
    "clip/ready": "recorder → gallery, Node-RED",
}
"""Who tells whom, by topic."""

HEAD = """# Messages

Made by `scripts/contracts` from `services/core/messages.py` and its neighbours: do not edit here.

MQTT 3.1.1, QoS 1, below the base topic (`HEARTHWATCH_MQTT_BASE_TOPIC`, normally `hearthwatch`). A payload is one flat
JSON object. A field that is not listed is refused; a field that may be `null` must be there all the same,
unless it says that it may be left out. A message only rings the bell: what it speaks of is in the database. So each
may come twice, and none may be relied on to come.

Each message has a JSON Schema in `contracts/` and an example in `contracts/examples/`, and begins with the envelope:

"""


def documents() -> dict[str, str]:
    """Every generated file: its path in the repository → its text."""
    schemas = {
        f"{folder}/{schema_name(kind)}.schema.json": _schema_text(kind) for folder in SCHEMAS for kind in EVERY_MESSAGE
    }
    return schemas | {DOCUMENT: _page()}


def write(root: Path) -> list[Path]:
    """Writes what differs and removes schemas of messages that are gone; returns the paths that it touched."""
    wanted = {root / path: text for path, text in documents().items()}
    gone = [path for folder in SCHEMAS for path in (root / folder).glob("*.schema.json") if path not in wanted]
    for path in gone:
        path.unlink()
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path])
    return sorted(gone + changed)


def _schema_text(kind: type[Message]) -> str:
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def _page() -> str:
    envelope = _table(Message, ENVELOPE)
    chapters = "\n".join(_chapter(kind) for kind in EVERY_MESSAGE)
    return f"{HEAD}{envelope}\n{chapters}\n## Parts\n\n" + "\n".join(_part(part) for part in _parts())


def _chapter(kind: type[Message]) -> str:
    name = schema_name(kind)
    own = [field for field in kind.model_fields if field not in ENVELOPE]
    kept = "retained: the broker hands the last one to whoever comes later" if kind.retained else "not retained"
    return (
        f"## `{kind.topic}`\n\n{_sentence(kind)}\n\n{WAY[kind.topic]} · {kept} · "
        f"[schema](../contracts/{name}.schema.json) · [example](../contracts/examples/{name}.json)\n\n"
        + (_table(kind, own) if own else "Nothing but the envelope.\n")
    )


def _part(part: type[Part]) -> str:
    return f"### {part.__name__}\n\n{_sentence(part)}\n\n{_table(part, list(part.model_fields))}"


def _sentence(part: type[Part]) -> str:
    return " ".join((part.__doc__ or "").split())


def _parts() -> Iterator[type[Part]]:
    modules = list(dict.fromkeys(kind.__module__ for kind in EVERY_MESSAGE))
    # The order of subclasses is that in which their modules happened to be imported.
    for part in sorted(Part.__subclasses__(), key=lambda one: modules.index(one.__module__)):
        if part is not Message:
            yield part


def _table(part: type[Part], fields: Sequence[str]) -> str:
    properties = part.model_json_schema(mode="serialization")["properties"]
    names = [part.model_fields[field].alias or field for field in fields]
    rows = "".join(f"| `{name}` | {_kind(properties[name])}{_omission(part, name)} |\n" for name in names)
    return f"| field | what |\n| --- | --- |\n{rows}"


def _omission(part: type[Part], name: str) -> str:
    """The envelope's `v` has a default in Python too, and is there all the same."""
    field = part.model_fields.get(name)
    return "; may be left out" if field and not field.is_required() and name not in ENVELOPE else ""


def _kind(field: Mapping[str, Any]) -> str:
    """A JSON Schema property in words: `text, at most 64 characters`."""
    if "anyOf" in field:
        return " or ".join(_kind(choice) for choice in field["anyOf"])
    if "$ref" in field:
        name = str(field["$ref"]).rsplit("/", maxsplit=1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in field or "enum" in field:
        return " or ".join(f"`{json.dumps(value)}`" for value in field.get("enum", [field.get("const")]))
    return _TYPES[field["type"]](field)


def _text(field: Mapping[str, Any]) -> str:
    if field.get("format") == "date-time":
        return "moment, RFC 3339 in UTC: `2026-11-20T08:08:49.711037Z`"
    known = {
        "^[a-z0-9_-]{1,64}$": "id of a named thing: `[a-z0-9_-]{1,64}`",
        "^[A-Z0-9]{2,16}$": "a plate's signs: `[A-Z0-9]{2,16}`",
        EDGE: "a time of a window: `22:00`, `sunset`, `sunset-00:30`, `sunrise+01:00`",
        DAY: "a date: `2026-12-24`",
    }
    if "pattern" in field:
        return known.get(field["pattern"], "id of a thing that happened: UUIDv7")
    return f"text, at most {field['maxLength']} characters" if "maxLength" in field else "text"


def _number(field: Mapping[str, Any]) -> str:
    return "share, 0–1" if field.get("maximum") == 1 else "number"


def _list(field: Mapping[str, Any]) -> str:
    if "prefixItems" in field:
        return f"list of {len(field['prefixItems'])}: {_kind(field['prefixItems'][0])}"
    return f"list of: {_kind(field['items'])}" + (", at least one" if field.get("minItems") else "")


def _object(field: Mapping[str, Any]) -> str:
    return f"object of name → {_kind(field['additionalProperties'])}"


_TYPES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "string": _text,
    "number": _number,
    "integer": lambda field: "whole number",
    "boolean": lambda field: "`true` or `false`",
    "array": _list,
    "object": _object,
    "null": lambda field: "`null`",
}


def main() -> None:
    """The command: writes, and names what it touched."""
    root = Path(__file__).parents[2]
    touched = write(root)
    lines = [
        f"wrote {path.relative_to(root)}" if path.exists() else f"removed {path.relative_to(root)}" for path in touched
    ]
    sys.stdout.write("\n".join(lines or ["contracts and docs/messages.md are as the messages say"]) + "\n")


if __name__ == "__main__":
    main()
