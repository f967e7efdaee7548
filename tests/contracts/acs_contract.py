"""Validates requests and answers against the e-mail service's published contract."""

import re

from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

HOME = "urn:acs-email"


class Contract:
    """Returns violations of the contract. If *strict*, unnamed properties are violations, too."""

    def __init__(self, document, *, strict):
        self._document = _closed(document) if strict else document
        self._registry = Registry().with_resource(HOME, DRAFT4.create_resource(self._document))

    def request(self, method, path, query, headers, body):
        """Violations in a request: address, query, headers, body."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path} is not in the contract"]
        given = {"query": query, "header": headers, "path": {"operationid": path.rsplit("/", 1)[-1]}}
        faults = []
        for parameter in operation["parameters"]:
            value = given[parameter["in"]].get(parameter["name"].lower())
            if value is not None:
                faults += self._faults(parameter["schema"], value, parameter["name"])
            elif parameter["required"]:
                faults.append(f"{method} {path}: no {parameter['name']}")
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            faults += self._faults(schema, body, f"{method} {path}")
        return faults

    def answer(self, method, path, status, headers, body):
        """Violations in an answer; errors are validated by the contract's default response."""
        answers = self._operation(method, path)["responses"]
        answer = answers.get(str(status), answers["default"])
        faults = self._faults(answer["content"]["application/json"]["schema"], body, f"{status} {method} {path}")
        if str(status) not in answers and headers.get("x-ms-error-code") != body["error"]["code"]:
            faults.append("x-ms-error-code does not repeat the code")
        for name, header in answer["headers"].items():
            value = headers.get(name.lower())
            if value is not None:
                typed = int(value) if header["schema"]["type"] == "integer" else value
                faults += self._faults(header["schema"], typed, name)
        return faults

    def _operation(self, method, path):
        for template, operations in self._document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path.replace("//", "/")):
                return operations.get(method.lower())
        return None

    def _faults(self, schema, value, where):
        inside = {"$ref": f"{HOME}#{schema['$ref'][1:]}"} if "$ref" in schema else schema
        validator = OAS30Validator(inside, registry=self._registry)
        return [f"{where}: {error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _closed(schema):
    """*schema* with `additionalProperties: false` wherever it lists properties and does not set this."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: _closed(each) for name, each in schema.items()}
    return (
        {"additionalProperties": False, **inside}
        if schema.get("type") == "object" and "properties" in schema
        else inside
    )
