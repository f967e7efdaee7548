"""The interface is documented: every route has its entry, every entry is true, and every example runs (CONTRACT 2)."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from shared.interface import answers, examples, openapi
from shared.interface.operations import OPERATIONS
from shared.interface.parameters import PATH, QUERY
from shared.service.problems import STATUS
from tests.functions.interface_examples import DOCUMENT, Prepared
from tests.functions.requests import triggers

NO_OPERATIONS = {"preflight", "unknown_route"}


def test_every_function_with_a_route_is_an_operation_and_the_other_way_round():
    registered = {
        (name, method.value, trigger["route"])
        for name, trigger in triggers("httpTrigger").items()
        for method in trigger["methods"]
        if name not in NO_OPERATIONS
    }
    assert registered == {(operation.name, operation.method, operation.path) for operation in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_is_described_in_full(operation):
    assert operation.summary
    assert operation.summary[0].isupper()
    assert not operation.summary.endswith(".")
    assert "/" in operation.answer or hasattr(answers, operation.answer), "name a model in shared/interface/answers.py"
    assert set(operation.query) <= set(QUERY), "describe it in shared/interface/parameters.py"
    assert set(operation.errors) <= set(STATUS)
    example = examples.EXAMPLES[operation.name]
    named = set(re.findall(r"{(\w+)}", operation.path))
    assert named <= set(PATH)
    assert set(example.get("path", {})) == named
    assert set(example.get("query", {})) <= set(operation.query)
    assert ("body" in example) is (operation.body is not None)


def test_the_document_is_valid_openapi():
    OpenAPIV31SpecValidator(openapi.openapi()).validate()


def test_the_document_in_the_repository_is_the_one_that_is_served():
    assert json.loads(DOCUMENT.read_text()) == openapi.openapi(), "run python -m tests.functions.interface_examples"


def examples_in(node: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (schema, example) that stand beside each other in the document."""
    if isinstance(node, dict):
        if "schema" in node and "example" in node:
            found.append((node["schema"], node["example"]))
        for each in node.values():
            examples_in(each, found)
    if isinstance(node, list):
        for each in node:
            examples_in(each, found)
    return found


def test_every_example_in_the_document_matches_its_schema():
    document = openapi.openapi()
    found = examples_in(document["paths"], [])
    assert len(found) > 60
    for schema, example in found:
        asked = {"type": "string"} if schema.get("type") == "integer" else schema  # a query is text
        errors = list(Draft202012Validator({**asked, "components": document["components"]}).iter_errors(example))
        assert not errors, (schema, example, errors[0].message)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_an_example_runs_and_answers_what_the_document_shows(operation):
    answer = await (await Prepared().prepare()).run(operation)
    assert answer.status in operation.statuses, answer.body
    example = examples.EXAMPLES[operation.name]
    if "answer" in example:
        assert answer.media == "application/json"
        assert shape(answer.json) == shape(example["answer"])
    else:
        assert answer.media in {operation.answer, "application/json", "text/css", "text/javascript"}


def shape(value: Any) -> Any:
    """The names and kinds of a JSON value: ids and times differ from run to run."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return type(value).__name__
