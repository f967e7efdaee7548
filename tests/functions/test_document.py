"""Schemathesis finds nothing in answers of some operations; `./dev prove doors` tries all of them."""

from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.interface.openapi import openapi
from shared.interface.operations import OPERATIONS
from tests.fakes.world import ACCOUNT
from tests.functions.requests import ROLES, HttpApi
from tests.proofs.prove.interface.expected import BEYOND_A_SCHEMA, configuration

TOKEN = f"{','.join(ROLES)} of {ACCOUNT}"
ADDRESS = "/api/openapi.json"


def schema_of(api: HttpApi, document: dict[str, Any]) -> Any:
    """Schemathesis's view of *document*, whose requests the app's functions answer."""

    async def answer(request: Request) -> Response:
        found = await api.request(
            request.method,
            request.scope["raw_path"].decode().removeprefix("/api/"),
            body=await request.body(),
            headers={"Authorization": "", **{name.title(): text for name, text in request.headers.items()}},
            query=request.url.query,
            version="",
        )
        return Response(found.body, found.status, found.headers, found.media)

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST", "PUT", "DELETE"])])
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_str(configuration(ACCOUNT, TOKEN)))
    schema.app = app
    return schema


def try_operation(schema: Any, path: str, method: str) -> None:
    """Send requests that match the document and requests that do not, and make all checks of their answers."""
    operation = schema[path][method]
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def send(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})

    send()


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/v1/plans", "GET"),
        ("/v1/rates/lookup", "POST"),
        ("/v1/accounts/{account}/calls/{leg}/extend", "POST"),
        ("/v1/accounts/{account}/brake", "PUT"),
    ],
)
async def test_answers_are_as_documented(api, tenant, path, method):
    assert tenant.account == ACCOUNT
    try_operation(schema_of(api, openapi()), path, method)


async def test_an_answer_that_differs_from_the_document_is_noticed(api):
    document = deepcopy(openapi())
    document["components"]["schemas"]["PlanPage"]["required"].append("colour")
    with pytest.raises(FailureGroup, match='"colour" is a required property'):
        try_operation(schema_of(api, document), "/v1/plans", "GET")


async def test_a_request_that_the_document_allows_and_the_service_refuses_is_noticed(api):
    document = deepcopy(openapi())
    document["paths"]["/v1/usage.schema.json"]["get"]["parameters"] = [
        {"name": "version", "in": "query", "required": True, "schema": {"enum": ["1"]}}
    ]
    with pytest.raises(FailureGroup, match="Valid data should have been accepted"):
        try_operation(schema_of(api, document), "/v1/usage.schema.json", "GET")


def test_every_exception_names_an_operation():
    assert BEYOND_A_SCHEMA.keys() <= {operation.name for operation in OPERATIONS}
