"""The API as OpenAPI 3.1, made from its routes and shapes, and what is read beside it: served, and kept in docs."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from flaskapp.api import beside, examples
from flaskapp.api.answers import JSON, WORDS, Problem
from flaskapp.api.route import BASE, ROUTES, Route
from flaskapp.shape import Shape

INFO = {
    "title": "Hearthwatch",
    "version": "1",
    "description": "What people do in the gallery, for programs. docs/api.md is the guide.",
    "license": {"name": "MIT", "identifier": "MIT"},
}
TOKEN = {"type": "http", "scheme": "bearer", "description": "A token hw_…, made in the gallery under Account, Tokens."}
REFS = "#/components/schemas/{model}"
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
PLACES = {"uuid": {"type": "string", "format": "uuid"}, "": {"type": "string"}}
Tree = dict[str, Any]
Refs = Mapping[Any, Tree]
"""Where each shape is, by itself and how it is used: taken (`validation`) or given (`serialization`)."""


def text() -> str:
    """The document as JSON, ready to be written."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def document() -> Tree:
    """The document."""
    refs, schemas = _schemas(ROUTES)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": _paths(ROUTES, refs) | beside.paths(),
        "components": {
            "securitySchemes": {"token": TOKEN, "session": beside.SESSION},
            "responses": {str(code): _error(code, refs) for code in sorted(_codes(ROUTES))},
            "schemas": schemas,
        },
    }


def _schemas(routes: Iterable[Route]) -> tuple[Refs, Tree]:
    """Where each shape is, and all of them."""
    used: dict[tuple[type[Shape], Any], None] = {(Problem, "serialization"): None}
    for one in routes:
        used |= {(one.takes, "validation"): None} if isinstance(one.takes, type) else {}
        used |= {(one.gives, "serialization"): None} if isinstance(one.gives, type) else {}
    refs, found = models_json_schema(list(used), ref_template=REFS)
    return refs, found["$defs"]


def _paths(routes: Iterable[Route], refs: Refs) -> Tree:
    paths: Tree = {}
    for one in routes:
        paths.setdefault(PLACE.sub(r"{\2}", one.rule), {})[one.method.lower()] = _operation(one, refs)
    return paths


def _operation(one: Route, refs: Refs) -> Tree:
    made: Tree = {"operationId": one.name, "summary": one.says}
    if parameters := [*_places(one.rule), *_query(one.asks)]:
        made["parameters"] = parameters
    if one.takes:
        made["requestBody"] = {"required": True, "content": _body(one, refs)}
    errors = {str(code): {"$ref": f"#/components/responses/{code}"} for code in sorted(one.failures)}
    return made | {"responses": {str(one.code): _answer(one, refs), **errors}}


def _body(one: Route, refs: Refs) -> Tree:
    if isinstance(one.takes, type):
        return _content(refs[one.takes, "validation"], examples.TAKEN[one.name])
    return {str(one.takes): {"schema": {}}}


def _places(rule: str) -> Sequence[Tree]:
    return [
        {"name": name, "in": "path", "required": True, "schema": PLACES[kind]} for kind, name in PLACE.findall(rule)
    ]


def _query(asks: type[Shape] | None) -> Sequence[Tree]:
    fields = asks.model_json_schema()["properties"] if asks else {}
    return [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]


def _answer(one: Route, refs: Refs) -> Tree:
    if isinstance(one.gives, type):
        content = _content(refs[one.gives, "serialization"], examples.GIVEN[one.name])
        return {"description": "Done." if one.code != 200 else "What was asked for.", "content": content}
    return {"description": "Done."} | ({"content": {one.gives: {"schema": {}}}} if one.gives else {})


def _codes(routes: Iterable[Route]) -> set[int]:
    return {code for one in routes for code in one.failures}


def _error(code: int, refs: Refs) -> Tree:
    example = {"error": WORDS[code], "fields": {}}
    return {"description": WORDS[code], "content": _content(refs[Problem, "serialization"], example)}


def _content(schema: Tree, example: Tree) -> Tree:
    return {JSON: {"schema": schema, "example": example}}
