"""words: no replaced name or phrase is left in the project, and every route is documented."""

import argparse

from shared.interface.openapi import openapi
from shared.interface.operations import OPERATIONS
from tests.functions.requests import triggers
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.replaced_words import file_names, identifiers, phrases, texts

NO_OPERATIONS = {"preflight", "unknown_route"}
"""Functions with a route that are no operations: they answer every other address."""


def test(_chosen: argparse.Namespace) -> Result:
    """Search all tracked files for replaced words; compare the registered routes with the OpenAPI document."""
    checks, read = Checks(), list(texts())
    checks.equal("replaced names of files", sorted(file_names()), [])
    checks.equal("replaced identifiers", sorted(identifiers(read)), [])
    checks.equal("replaced phrases", sorted(phrases(read)), [])
    routes = _registered()
    checks.equal_items("routes without documentation", routes, _documented())
    for operation in OPERATIONS:
        described = openapi()["paths"][f"/{operation.path}"][operation.method.lower()]
        checks.equal(f"summary of {operation.name}", bool(described["summary"]), expected=True)
        checks.equal(
            f"errors of {operation.name}", any(status >= "400" for status in described["responses"]), expected=True
        )
    return checks.result(
        f"{len(read)} files have none of the replaced names and phrases; {len(routes)} routes are documented",
        files=len(read),
        routes=len(routes),
    )


def _registered() -> list[tuple[str, str]]:
    return [
        (method.value, f"/{trigger['route']}")
        for name, trigger in triggers("httpTrigger").items()
        for method in trigger["methods"]
        if name not in NO_OPERATIONS
    ]


def _documented() -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, methods in openapi()["paths"].items() for method in methods]


CLAIM = Claim(
    "words",
    "names and texts use the field's standard terms: none that was replaced is left; each route is documented",
    (),
    test,
)
