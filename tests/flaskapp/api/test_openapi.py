"""The document says what the API does: it is made from it, and kept in step."""

import json
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker

from flaskapp.api import beside, examples, openapi
from flaskapp.api.__main__ import DOCUMENT
from flaskapp.api.route import BASE, ROUTES

MADE = openapi.document()
BESIDE = {one.path for one in beside.BESIDE}
OPERATIONS = [
    (path, method, found)
    for path, some in MADE["paths"].items()
    if path not in BESIDE
    for method, found in some.items()
]
NAMES = [found["operationId"] for _, _, found in OPERATIONS]


def valid(schema: dict[str, Any], example: Any) -> None:
    whole = {"components": MADE["components"], **schema}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(example)


def test_the_copy_in_docs_is_what_the_routes_say() -> None:
    assert DOCUMENT.read_text() == openapi.text(), "run: python -m flaskapp.api"


def test_every_route_of_the_api_is_in_it(app: Flask) -> None:
    served = {
        (openapi.PLACE.sub(r"{\2}", rule.rule.removeprefix(BASE)), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    assert served == {(path, method) for path, method, _ in OPERATIONS}
    assert len(ROUTES) == len(set(NAMES)) == len(OPERATIONS)


def contents(found: dict[str, Any]) -> list[dict[str, Any]]:
    answers = [MADE["components"]["responses"][code] for code in found["responses"] if code >= "400"]
    given = [answer for answer in found["responses"].values() if "$ref" not in answer]
    asked = [found["requestBody"]] if "requestBody" in found else []
    return [one for part in (*answers, *given, *asked) for one in part.get("content", {}).values()]


@pytest.mark.parametrize("operation", [found for _, _, found in OPERATIONS], ids=NAMES)
def test_every_example_is_what_its_schema_says(operation: dict[str, Any]) -> None:
    for one in contents(operation):
        if one["schema"]:
            valid(one["schema"], one["example"])


def test_no_example_is_of_a_route_that_is_none() -> None:
    assert set(examples.GIVEN) | set(examples.TAKEN) <= set(NAMES)


def test_every_reference_leads_somewhere() -> None:
    parts = MADE["components"]
    for text in json.dumps(MADE).split('"$ref": "')[1:]:
        _, _, kind, name = text.partition('"')[0].split("/")
        assert name in parts[kind]


def test_it_is_served_to_whoever_has_a_token(programs: Any) -> None:
    assert programs.viewer.get("/openapi.json") == json.loads(DOCUMENT.read_text())
