"""Holds every answer of the app to the OpenAPI document: status, media type, body, and the pointers of problems."""

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any

from jsonschema import Draft202012Validator

from shared.interface.openapi import body_model, openapi
from shared.interface.operations import OPERATIONS
from shared.service.operation import Operation

BY_NAME = {operation.name: operation for operation in OPERATIONS}

OF_THE_CALLER = {"extra_forbidden", "unknown", "unknown_field"}
"""Codes of fields that no operation has: there the pointer is the caller's own word."""


def hold(name: str, status: int, media: str, body: bytes) -> None:
    """Assert that the document describes this answer of the operation *name*. All other answers are problems."""
    operation = BY_NAME.get(name)
    if operation is None:
        assert status == 204 or media == "application/problem+json"
        return
    described = _responses(operation).get(str(status))
    assert described, f"{name} answered {status}, which the document does not describe: {body[:500]!r}"
    if status == HTTPStatus.NOT_MODIFIED:
        assert body == b""
        return
    assert media in described["content"] or "*/*" in described["content"], f"{name} answered {media}"
    schema = described["content"].get(media, {}).get("schema", {})
    if not (media == "application/json" or media.endswith("+json")) or not schema:
        return
    answer = json.loads(body)
    for error in _validator(json.dumps(schema)).iter_errors(answer):
        raise AssertionError(f"{name} answered {status} otherwise than described: {error.message} at {error.json_path}")
    if media == "application/problem+json":
        assert answer["code"] in described["description"], f"{name} answered {answer['code']}, which is not described"
        _hold_pointers(operation, answer.get("errors", ()))


def _hold_pointers(operation: Operation, errors: list[dict[str, str]]) -> None:
    """A problem names fields as the caller wrote them: never a class of the service, nor a header."""
    model = body_model(operation)
    fields = set(model.model_json_schema().get("properties", {})) if model else set()
    fields |= set(re.findall(r"\{(\w+)\}", operation.path))
    for error in errors:
        first = error["pointer"].partition("/")[2].partition("/")[0]
        is_known = first in fields | set(operation.query) or first.isdigit() or first == ""
        assert is_known or error["code"] in OF_THE_CALLER, f"{operation.name}: {error['pointer']}"


@cache
def _document() -> dict[str, Any]:
    return openapi()


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = _document()["paths"][f"/{operation.path}"][operation.method.lower()]["responses"]
    return responses


@cache
def _validator(schema: str) -> Draft202012Validator:
    """The schema with nothing beside it: a field that is answered and not described is an error here, though clients
    must expect more fields.
    """
    components = json.loads(json.dumps(_document()["components"]))
    for model in components["schemas"].values():
        if "properties" in model:
            model["additionalProperties"] = False
    return Draft202012Validator({**json.loads(schema), "components": components})
