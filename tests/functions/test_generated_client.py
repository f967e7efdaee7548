"""A client that is generated from the OpenAPI document buys credit, sees a call and reads its statement."""

import importlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.interface.openapi import openapi_text
from tests.fakes.world import ACCOUNT
from tests.functions.requests import MANAGE, OPERATE, READ
from tests.tenant import call, report

PACKAGE = "communications_credits_client"
CONFIG = Path(__file__).with_name("client_config.yml")


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The generated package; a warning, such as about an operation that is left out, is an error."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_bytes(openapi_text())
    tool = Path(sys.executable).with_name("openapi-python-client")
    command = [str(tool), "generate", "--path", "openapi.json", "--config", str(CONFIG), "--output-path", "made"]
    done = subprocess.run([*command, "--fail-on-warning"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    sys.path.insert(0, str(folder / "made"))
    yield lambda name: importlib.import_module(f"{PACKAGE}.{name}")
    sys.path.remove(str(folder / "made"))
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


class InProcess(httpx.AsyncBaseTransport):
    """Passes the client's requests to the app's functions."""

    def __init__(self, api: Any) -> None:
        self._api = api

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        query = request.url.query.decode()
        answer = await self._api.request(
            request.method,
            request.url.path.removeprefix("/api/v1/"),
            body=await request.aread() or None,
            headers={name.title(): text for name, text in request.headers.items()},
            query=query,
        )
        return httpx.Response(
            answer.status, content=answer.body, headers={**answer.headers, "Content-Type": answer.media}
        )


async def test_a_generated_client_passes_a_journey(generated, api, world, tenant):
    await tenant.store_card()
    models = generated("models")
    client = generated("client").AuthenticatedClient(
        base_url="https://credits.example/api",
        token=f"{READ},{MANAGE},{OPERATE} of {ACCOUNT}",
        httpx_args={"transport": InProcess(api)},
        raise_on_unexpected_status=True,
    )

    async def ask(operation: str, **arguments: Any) -> Any:
        return await generated(f"api.{operation}").asyncio(UUID(ACCOUNT), client=client, **arguments)

    wanted = models.NewPurchase.from_dict({"amount": {"amount": "50", "currency": "USD"}})
    bought = await ask("purchases.start_purchase", body=wanted, idempotency_key="a journey")
    assert (bought.state, bought.amount.amount) == ("succeeded", "50.000000")
    await report(world, call("one", 90))
    assert (await ask("balance.read_balance")).balance.amount == "49.960000"
    [shown] = (await ask("calls.list_calls", from_=datetime(2026, 3, 1, tzinfo=UTC), user="ann")).items
    assert (shown.called, shown.amount.amount, shown.started_at.minute) == ("+442079460123", "0.040000", 50)
    [used] = (await ask("usage.read_usage", by=models.ReadUsageBy.DESTINATION)).items
    assert (used.key, used.calls, used.billed_seconds) == ("London", 1, 120)
    statement = await ask_of_month(generated, client)
    assert (statement.purchased.amount, statement.used.amount, statement.closing.amount) == (
        "50.000000",
        "0.040000",
        "49.960000",
    )
    problem = await ask("calls.list_calls", after="nonsense")
    assert (problem.status, problem.code) == (400, "invalid_request")
    assert problem.errors[0].pointer == "/after"


async def ask_of_month(generated: Any, client: Any) -> Any:
    """The statement of March."""
    return await generated("api.statements.read_statement").asyncio(UUID(ACCOUNT), "2026-03", client=client)
