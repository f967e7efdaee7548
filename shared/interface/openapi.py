"""The OpenAPI 3.1 document, made from the operations and the models that validate them (CONTRACT 2)."""

import json
import re
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.interface import answers
from shared.interface.examples import EXAMPLES
from shared.interface.operations import OPERATIONS
from shared.interface.parameters import HEADERS, IDEMPOTENCY_KEY, IF_MATCH, PATH, QUERY, SIGNATURE
from shared.service.operation import Operation, Precondition
from shared.service.problems import RETRY_AFTER, STATUS
from shared.service.roles import accepted

VERSION = "1.1"
"""The contract's version."""

ABOUT = """Prepaid credit for telephony: accounts, lots, purchases, auto-recharge, rates, usage in suspense.

Money is `{"amount": "12.345600", "currency": "USD"}`: six places in answers, up to six in requests. Times are RFC 3339
in UTC. Lists are pages: send `next` as `after` until it is null. Errors are `application/problem+json` (RFC 9457) with
a stable `code`. Usage events come by the queue `usage`; files of usage also by HTTP. The
schema of an event is `/api/v1/usage.schema.json`.
"""

_REFERENCE = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"\{(\w+)\}")


@cache
def openapi_text() -> bytes:
    """The document as JSON text."""
    return json.dumps(openapi(), ensure_ascii=False, indent=2).encode()


def openapi() -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"/{operation.path}", {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Communications Credits", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/api"}],
        "tags": [{"name": name} for name in dict.fromkeys(map(_tag, OPERATIONS))],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "headers": HEADERS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "Claims `tid` (the tenant, which is the account) and `roles`. On a development "
                    "machine `./dev token --account GUID --role ROLE` prints one.",
                }
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    example = EXAMPLES[operation.name]
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [_tag(operation)],
        "summary": operation.summary,
        "description": "\n\n".join(filter(None, (operation.description, _roles_sentence(operation)))),
        "parameters": list(_parameters(operation, example)),
        "security": [{"token": [role]} for role in sorted(accepted(operation.role))] if operation.role else [],
        "responses": _responses(operation, example),
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _body(operation, example)}
    return described


def _tag(operation: Operation) -> str:
    """The group in which the page shows it."""
    parts = [part for part in operation.path.split("/") if part != "v1" and not part.startswith("{")]
    named = parts[1] if parts[0] == "accounts" and len(parts) > 1 else parts[0]
    return named.partition(".")[0]


def _roles_sentence(operation: Operation) -> str:
    return f"Role: {' or '.join(sorted(accepted(operation.role)))}." if operation.role else ""


def _parameters(operation: Operation, example: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for name in _PARAMETER.findall(operation.path):
        yield {"name": name, "in": "path", "required": True, **PATH[name], "example": example["path"][name]}
    for name in operation.query:
        shown = {"example": example["query"][name]} if name in example.get("query", {}) else {}
        required = {"required": True} if name in operation.required_query else {}
        yield {
            "name": name,
            "in": "query",
            **required,
            **QUERY[name],
            **shown,
        }
    if operation.precondition is Precondition.IDEMPOTENCY_KEY:
        yield {**IDEMPOTENCY_KEY, "example": example["headers"]["Idempotency-Key"]}
    if operation.precondition is Precondition.IF_MATCH:
        yield {**IF_MATCH, "example": example["headers"]["If-Match"]}
    if "webhooks" in operation.path:
        yield {**SIGNATURE, "example": example["headers"]["Stripe-Signature"]}


def _body(operation: Operation, example: dict[str, Any]) -> dict[str, Any]:
    if isinstance(operation.body, str) and "/" in operation.body:
        schema = {"type": "object"} if operation.body == "application/json" else {"type": "string"}
        return {operation.body: {"schema": schema, "example": example["body"]}}
    model = body_model(operation)
    assert model is not None
    return {"application/json": {"schema": _reference(model.__name__), "example": example["body"]}}


def body_model(operation: Operation) -> type[BaseModel] | None:
    """The model that describes the operation's JSON body, if it has one."""
    if isinstance(operation.body, str):
        model: type[BaseModel] | None = getattr(answers, operation.body, None)
        return model
    return operation.body


def _responses(operation: Operation, example: dict[str, Any]) -> dict[str, Any]:
    model = getattr(answers, operation.answer, None)
    content: dict[str, Any] = {}
    if model is not None:
        content = {"application/json": {"schema": _reference(operation.answer), "example": example["answer"]}}
    else:
        is_json = operation.answer.endswith(("/json", "+json"))  # lines of JSON are not one value
        content = {operation.answer: {"schema": {"type": "object"} if is_json else {}}}
    names = ["X-Correlation-Id"]
    if operation.has_etag:
        names.append("ETag")
    if operation.precondition is Precondition.IDEMPOTENCY_KEY:
        names.append("Idempotent-Replayed")
    headers = _headers(names)
    answered = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "headers": headers,
            "content": {} if status == HTTPStatus.NOT_MODIFIED else content,
        }
        for status in operation.statuses
    }
    codes: dict[int, list[str]] = {}
    for code in errors_of(operation):
        codes.setdefault(STATUS[code], []).append(code)
    return {**answered, **{str(status): _problem(names) for status, names in sorted(codes.items())}}


def _problem(codes: list[str]) -> dict[str, Any]:
    may_retry = any(code in RETRY_AFTER for code in codes)
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        "headers": _headers(["X-Correlation-Id", *(["Retry-After"] if may_retry else [])]),
        "content": {"application/problem+json": {"schema": _reference("Problem")}},
    }


def _headers(names: Iterable[str]) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def errors_of(operation: Operation) -> tuple[str, ...]:
    """Every code that the operation may answer: its own, and those that follow from role, route, body, precondition."""
    codes = ["invalid_request", *operation.errors, "internal", "unavailable"]
    if operation.role is not None:
        codes += ["unauthenticated", "forbidden", "too_many_requests"]
    if _PARAMETER.search(operation.path):
        codes.append("not_found")
    if operation.body is not None:
        codes.append("payload_too_large")
    if operation.body is not None and operation.role is not None:
        codes.append("unsupported_media_type")
    if operation.precondition is Precondition.IDEMPOTENCY_KEY:
        codes += ["idempotency_key_missing", "idempotency_in_progress", "idempotency_conflict"]
    if operation.precondition is Precondition.IF_MATCH:
        codes += ["precondition_required", "stale"]
    return tuple(dict.fromkeys(codes))


def _reference(model: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model)}


def _schemas() -> dict[str, Any]:
    shown = {getattr(answers, operation.answer) for operation in OPERATIONS if hasattr(answers, operation.answer)}
    taken = {model for operation in OPERATIONS if (model := body_model(operation)) is not None}
    chosen: list[type[BaseModel]] = sorted({*shown, *taken, answers.Problem}, key=lambda model: model.__name__)
    _, schema = models_json_schema([(model, "validation") for model in chosen], ref_template=_REFERENCE)
    definitions: dict[str, Any] = schema["$defs"]
    return definitions
