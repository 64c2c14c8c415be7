"""The contracts: schemas and page are as `messages.py` says, and every example keeps its contract both ways."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from services.core.alert_messages import AlertRequest
from services.core.contracts import DOCUMENT, EVERY_MESSAGE, WAY, documents, write
from services.core.device_messages import DeviceHeartbeat
from services.core.messages import MESSAGES, Message, ServiceStatus, schema, schema_name
from services.core.mode_messages import ModeSet, ModeState
from services.core.rule_messages import TriggerVerdict

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "contracts" / "examples"

MAY_BE_LEFT_OUT: dict[type[Message], set[str]] = {
    ModeSet: {"schedule_id"},
    ModeState: {"schedule_id", "arming", "arming_until", "entry_s", "pending_until", "pending_because"},
    AlertRequest: {"entry_s"},
    TriggerVerdict: {"entry"},
}
each_message = pytest.mark.parametrize("kind", EVERY_MESSAGE, ids=schema_name)


def example(kind: type[Message]) -> dict[str, Any]:
    return dict(json.loads((EXAMPLES / f"{schema_name(kind)}.json").read_text()))


def refuses(kind: type[Message], payload: dict[str, Any]) -> bool:
    """Whether both the type and the schema refuse it. Fails when they do not agree."""
    by_schema = not jsonschema.Draft202012Validator(schema(kind)).is_valid(payload)
    try:
        kind.model_validate_json(json.dumps(payload))
    except ValidationError:
        assert by_schema
        return True
    assert not by_schema
    return False


@pytest.mark.parametrize("path", documents())
def test_the_generated_files_are_as_the_messages_say(path: str) -> None:
    assert (ROOT / path).read_text() == documents()[path], "run scripts/contracts"


def test_no_schema_and_no_example_is_left_of_a_message_that_is_gone() -> None:
    names = {schema_name(kind) for kind in EVERY_MESSAGE}
    assert {path.name.removesuffix(".schema.json") for path in ROOT.glob("contracts/*.schema.json")} == names
    assert {path.stem for path in EXAMPLES.iterdir()} == names


def test_the_page_says_of_each_topic_who_tells_whom() -> None:
    assert set(WAY) == {kind.topic for kind in EVERY_MESSAGE}


@each_message
def test_the_example_keeps_its_contract_and_comes_back_unchanged(kind: type[Message]) -> None:
    payload = example(kind)
    assert not refuses(kind, payload)
    assert json.loads(kind.model_validate_json(json.dumps(payload)).model_dump_json()) == payload


@each_message
def test_an_unknown_field_is_refused(kind: type[Message]) -> None:
    assert refuses(kind, {**example(kind), "typo": 1})


@each_message
def test_a_missing_field_is_refused_also_one_that_may_be_null(kind: type[Message]) -> None:
    whole = example(kind)
    for field in whole.keys() - {"v"} - MAY_BE_LEFT_OUT.get(kind, set()):
        assert refuses(kind, {key: value for key, value in whole.items() if key != field}), field


@pytest.mark.parametrize("kind", MAY_BE_LEFT_OUT)
def test_what_may_be_left_out_is_null_or_nothing_then(kind: type[Message]) -> None:
    payload = {name: value for name, value in example(kind).items() if name not in MAY_BE_LEFT_OUT[kind]}
    assert not refuses(kind, payload)
    found = kind.model_validate_json(json.dumps(payload))
    assert not any(getattr(found, name) for name in MAY_BE_LEFT_OUT[kind])


@each_message
def test_another_version_is_refused(kind: type[Message]) -> None:
    assert refuses(kind, {**example(kind), "v": 2})


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "1969-12-31T23:59:59Z",
        "9998-12-31T23:00:00-14:00",
        "1970-01-01T00:00:00+01:00",
    ],
)
def test_a_moment_that_no_row_can_hold_is_refused(at: str) -> None:
    with pytest.raises(ValidationError, match="year must be"):
        MESSAGES[0].model_validate_json(json.dumps({**example(MESSAGES[0]), "at": at}))


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(ValidationError, match="finite number"):
        ServiceStatus.model_validate_json(json.dumps({**example(ServiceStatus), "figures": {"x": float("inf")}}))


def test_a_device_that_neither_reports_nor_switches_is_refused() -> None:
    assert refuses(DeviceHeartbeat, {**example(DeviceHeartbeat), "is_input": False, "is_output": False})
    assert not refuses(DeviceHeartbeat, {**example(DeviceHeartbeat), "is_input": False, "is_output": True})


@each_message
def test_the_topic_is_filled_from_the_fields(kind: type[Message]) -> None:
    message = kind.model_validate_json(json.dumps(example(kind)))
    assert "{" not in message.address()
    assert message.address().split("/")[0] == kind.topic.split("/")[0]


def test_writing_touches_what_differs_and_removes_what_is_gone(tmp_path: Path) -> None:
    write(tmp_path)
    stale = tmp_path / "contracts" / "image-gone.schema.json"
    stale.write_text("{}")
    (tmp_path / "docs" / "messages.md").write_text("edited by hand")
    assert write(tmp_path) == [stale, tmp_path / "docs" / "messages.md"]
    assert not stale.exists()
    assert write(tmp_path) == []


def test_the_page_does_not_hang_on_what_is_imported_first() -> None:
    made = "from services.core.contracts import DOCUMENT, documents; print(documents()[DOCUMENT], end='')"
    for module in ("device_messages", "mode_messages"):
        code = f"import services.core.{module}; {made}"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout == documents()[DOCUMENT]
