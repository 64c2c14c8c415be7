"""Reading the settings file, and saying in plain words what is wrong with it."""

import difflib
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from node_agent import config
from node_agent.config import AgentSettings

_RECONNECTS = "remove it: the agent reconnects by itself and never has to be killed"
_LATER = "remove it: this version of the agent does not have it"

# Keys of stock imagenode's file which have another name here, or none.
_STOCK_KEYS = {
    "heartbeat": "write `heartbeat_seconds:`; stock imagenode, too, counts it in seconds",
    "patience": _RECONNECTS,
    "REP_watcher": _RECONNECTS,
    "stall_watcher": _RECONNECTS,
    "send_threading": "remove it: sending always has its own thread",
    "threaded_read": "remove it: each camera always has its own thread",
    "send_type": "remove it: pictures are always sent as JPEG",
    "print_settings": "remove it, and run with `--check` instead",
    "src": "write `source: {type: device, device: 0}`",
    "H2": _LATER,
    "H3": _LATER,
    "sensors": _LATER,
    "lights": _LATER,
}

_EXAMPLES = {
    "node": "node: {name: Driveway}",
    "name": "name: Driveway",
    "hub_address": "hub_address: {H1: tcp://192.168.1.10:5555}",
    "H1": "H1: tcp://192.168.1.10:5555",
    "cameras": "cameras: {C1: {viewname: Street, source: {type: device, device: 0}}}",
    "source": "source: {type: device, device: 0}",
    "path": "path: /home/pi/clip.avi",
    "url": "url: rtsp://192.168.1.20:554/stream1",
    "hub_public_key": "hub_public_key: <the 40 characters that the hub shows>",
    "key_file": "key_file: agent.key_secret",
    "host": "host: 192.168.1.10",
    "phones": 'phones: {anna-phone: {called: "Anna\'s phone", address: "AA:BB:CC:DD:EE:FF"}}',
    "called": 'called: "Anna\'s phone"',
    "address": 'address: "AA:BB:CC:DD:EE:FF"',
}

_WRONG_ADDRESS = {
    "H1": "must look like tcp://192.168.1.10:5555",
    "address": 'must look like "AA:BB:CC:DD:EE:FF", with the quotation marks',
    "url": "must begin with rtsp://, rtsps://, http:// or https:// and a host name",
}


class ConfigError(Exception):
    """The settings cannot be used; the text says where, what, and what to do, one line per mistake."""


def load(path: Path) -> AgentSettings:
    """Read and validate the settings file. Raises ConfigError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}). Give the settings file with --config.") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: is not YAML: {_one_line(error)}. Check the indentation there.") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: holds no settings. Begin with `{_EXAMPLES['node']}`.")
    try:
        return config.check(content, path.resolve().parent)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {_explain(one)}" for one in error.errors())) from error


def _one_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())


def _explain(error: ErrorDetails) -> str:
    where = _key_path(error["loc"])
    key = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        return f"{where}: unknown key; {_advice(key)}."
    if error["type"] == "missing":
        return f"{where}: is missing; add `{_EXAMPLES.get(key, key + ': ...')}`."
    if error["type"] == "string_pattern_mismatch":
        return f"{where}: {_WRONG_ADDRESS[key]}."
    return f"{where}: {_in_our_words(error)}."


def _key_path(loc: tuple[int | str, ...]) -> str:
    """`cameras.C1.detectors[0].min_area`, as the reader finds it in the file."""
    path = ""
    for before, part in zip(("", *loc), loc, strict=False):
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (isinstance(before, int) or before == "source") or part not in _KINDS:
            path += f".{part}"
    return path.removeprefix(".") or "the file"


def _advice(key: str) -> str:
    if key in _STOCK_KEYS:
        return _STOCK_KEYS[key]
    near = difflib.get_close_matches(key, _known_keys(), n=1)
    return f"did you mean `{near[0]}`?" if near else "remove it (docs/node-agent.md lists every key)"


def _in_our_words(error: ErrorDetails) -> str:
    said = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    given = error["input"]
    return f"{said} (it is {given!r})" if isinstance(given, str | int | float | None) else said


def _sections() -> list[type[BaseModel]]:
    found: list[Any] = [value for value in vars(config).values() if isinstance(value, type)]
    return [one for one in found if issubclass(one, config.Section)]


def _known_keys() -> list[str]:
    return sorted({key for section in _sections() for key in section.model_fields})


# The names of the kinds of source and detector: pydantic puts them into an error's path, the file does not.
_KINDS = frozenset({"device", "file", "folder", "url", "motion", "light"})
