"""Validates requests, answers, errors and events against Stripe's published contract."""

import copy
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

FORM = "application/x-www-form-urlencoded"

HOME = "urn:stripe"


class Contract:
    """Returns violations of the contract."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.version: str = document["info"]["version"]
        self._document = document
        self._registry = Registry().with_resource(HOME, DRAFT4.create_resource(document))
        self._paths = {re.compile(re.sub(r"\{\w+\}", "[^/]+", path)): path for path in document["paths"]}
        self._validators: dict[str, OAS30Validator] = {}

    def strict(self) -> "Contract":
        """A strict version, in which unknown keys and unknown values of open lists are violations, too."""
        return Contract(_closed(copy.deepcopy(self._document)))

    def request(self, method: str, path: str, query: str, body: str) -> list[str]:
        """Violations in a request: address, fields, types."""
        template = self._template(path)
        operation = self._document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            return [f"{method} {path} is not in the contract"]
        if method == "GET":
            schema = _query_schema(operation)
            return self._faults(schema, _decoded(query, schema), f"GET {template}")
        pointer = f"{_pointer(template, method)}/requestBody/content/{_escaped(FORM)}/schema"
        schema = operation["requestBody"]["content"][FORM]["schema"]
        return self.judge(pointer, _decoded(body, schema), f"{method} {template}")

    def answer(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """Violations in an answer: validated by the operation's schema if the status is 200, else as an error."""
        template = self._template(path)
        if status != 200 or template not in self._document["paths"]:
            return self.judge("/components/schemas/error", body, f"{status} {method} {path}")
        pointer = f"{_pointer(template, method)}/responses/200/content/application~1json/schema"
        return self.judge(pointer, body, f"{status} {method} {template}")

    def event(self, event: dict[str, Any]) -> list[str]:
        """Violations in an event, and in the object that it contains."""
        inside = event["data"]["object"]
        faults = self.judge("/components/schemas/event", event, f"event {event['type']}")
        return faults + self.object(inside, f"event {event['type']}")

    def object(self, body: dict[str, Any], where: str) -> list[str]:
        """Violations in one of Stripe's objects, by the schema of its type."""
        return self.judge(f"/components/schemas/{body['object']}", body, where)

    def judge(self, pointer: str, instance: Any, where: str) -> list[str]:
        """Violations of the schema at *pointer*."""
        return self._faults({"$ref": f"{HOME}#{pointer}"}, instance, where)

    def _faults(self, schema: dict[str, Any], instance: Any, where: str) -> list[str]:
        name = schema.get("$ref", where)
        validator = self._validators.setdefault(name, OAS30Validator(schema, registry=self._registry))
        errors = [plain for error in validator.iter_errors(instance) for plain in _plain(error)]
        return [f"{where}: {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]

    def _template(self, path: str) -> str:
        return next((template for pattern, template in self._paths.items() if pattern.fullmatch(path)), path)


def _pointer(template: str, method: str) -> str:
    return f"/paths/{_escaped(template)}/{method.lower()}"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _plain(error: Any) -> Iterator[Any]:
    """Replace an error of `anyOf` by the errors of the branch for the same type of object."""
    if error.validator != "anyOf":
        yield error
        return
    branches: dict[Any, list[Any]] = {}
    for each in error.context:
        branches.setdefault(each.schema_path[0], []).append(each)
    meant = [faults for faults in branches.values() if not any(_other_kind(fault) for fault in faults)]
    for fault in meant[0] if meant else [error]:
        yield from _plain(fault) if fault is not error else [error]


def _other_kind(fault: Any) -> bool:
    at = list(fault.relative_path)
    return (not at and fault.validator in ("type", "enum")) or (at == ["object"] and fault.validator == "enum")


def _query_schema(operation: dict[str, Any]) -> dict[str, Any]:
    parameters = [each for each in operation["parameters"] if each["in"] == "query"]
    return {
        "type": "object",
        "properties": {each["name"]: each["schema"] for each in parameters},
        "required": [each["name"] for each in parameters if each["required"]],
        "additionalProperties": False,
    }


def _decoded(form: str, schema: dict[str, Any]) -> Any:
    """The fields of a form, nested by their names and converted by the schema."""
    tree: dict[str, Any] = {}
    for name, text in parse_qsl(form, keep_blank_values=True):
        *outer, last = re.findall(r"[^\[\]]+", name)
        place = tree
        for each in outer:
            place = place.setdefault(each, {})
        place[last] = text
    return _read(tree, schema)


def _read(value: Any, schema: dict[str, Any]) -> Any:
    kinds = schema.get("anyOf", [schema])
    if isinstance(value, dict):
        listed = next((kind for kind in kinds if kind.get("type") == "array"), None)
        if listed:
            return [_read(value[index], listed["items"]) for index in sorted(value, key=int)]
        inside: dict[str, Any] = next(
            (kind.get("properties", {}) for kind in kinds if kind.get("type") == "object"), {}
        )
        return {name: _read(each, inside.get(name, {})) for name, each in value.items()}
    types = {kind.get("type") for kind in kinds}
    if "boolean" in types and value in ("true", "false"):
        return value == "true"
    return int(value) if "integer" in types and re.fullmatch(r"-?\d+", value) else value


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        schema.setdefault("additionalProperties", False)
    if isinstance(schema.get("x-known-values"), list):
        schema["enum"] = [*schema["x-known-values"], *([None] if schema.get("nullable") else [])]
    return {name: _closed(each) for name, each in schema.items()}
