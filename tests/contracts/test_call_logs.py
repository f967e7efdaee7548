"""The contract of the port `CallLogs`, for the fake and for the adapter on the stand-in for Microsoft Graph."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.stand_ins.graph.app import Graph
from shared.adapters.graph.graph_call_logs import FUNCTIONS, GraphCallLogs
from shared.adapters.identity.outside_tokens import OwnTokens, TenantTokens
from shared.kernel.ids import AccountId
from shared.ports import CallLog, UnavailableError
from tests.contracts.graph_stand_in import certificate, serving_over_tls
from tests.fakes.call_logs import FakeCallLogs
from tests.fakes.world import ACCOUNT, START, FakeClock
from tests.serving import serving
from tests.tenant import OTHER
from tests.use_cases.collected import row

APPLICATION = "11111111-1111-4111-8111-111111111111"
PAGE = 3
PSTN, DIRECT = CallLog.PSTN, CallLog.DIRECT_ROUTING


class OnGraph:
    """The adapter on the stand-in. Time passes only where the adapter waits."""

    def __init__(self, graph: Graph, address: str, clock: FakeClock) -> None:
        self.graph, self.clock, self.waited = graph, clock, list[float]()
        self.logs = GraphCallLogs(address, None, clock, self.sleep)
        self.pages = self.logs.pages

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.forward(seconds=seconds)

    def add(self, tenant, row, visible_from, log=PSTN):
        self.graph.logs.add(tenant, FUNCTIONS[log], row, visible_from)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def on_graph(clock):
    graph = Graph(clock, ACCOUNT, PAGE)
    async with serving(graph.app()) as address:
        made = OnGraph(graph, address, clock)
        yield made
        await made.logs.close()


@pytest.fixture(params=["fake", "graph"])
def rig(request, clock):
    return FakeCallLogs(clock, PAGE) if request.param == "fake" else request.getfixturevalue("on_graph")


async def read(rig, log=PSTN, start=START - timedelta(days=1), end=START, tenant=ACCOUNT):
    return [[row["id"] for row in page] async for page in rig.pages(AccountId(tenant), log, start, end) if page]


def at(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_rows_come_page_by_page_as_they_are(rig):
    rows = [row(f"r-{number}", "2026-03-01T11:50:00Z") for number in range(7)]
    for each in rows:
        rig.add(ACCOUNT, each, START)
    pages = [page async for page in rig.pages(ACCOUNT, PSTN, START - timedelta(days=1), START)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [dict(each) for page in pages for each in page] == rows


async def test_each_log_has_its_own_rows(rig):
    rig.add(ACCOUNT, row("p"), START)
    rig.add(ACCOUNT, row("d"), START, DIRECT)
    assert (await read(rig), await read(rig, DIRECT)) == ([["p"]], [["d"]])


@pytest.mark.parametrize("log", CallLog)
async def test_the_range_contains_its_start(rig, log):
    rig.add(ACCOUNT, row("before", at(START - timedelta(seconds=3_601))), START, log)
    rig.add(ACCOUNT, row("at the start", at(START - timedelta(seconds=3_600))), START, log)
    rig.add(ACCOUNT, row("inside", at(START - timedelta(seconds=1))), START, log)
    rig.add(ACCOUNT, row("after", at(START + timedelta(seconds=1))), START, log)
    assert await read(rig, log, START - timedelta(hours=1), START) == [["at the start", "inside"]]


async def test_a_row_is_missing_until_it_appears(rig, clock):
    rig.add(ACCOUNT, row("late"), START + timedelta(hours=30))
    assert await read(rig) == []
    clock.forward(hours=30)
    assert await read(rig) == [["late"]]


@pytest.mark.parametrize(("retry_after", "waits"), [("10", [10, 10]), (None, [2, 4]), ("soon", [2, 4]), ("0", [0, 0])])
async def test_it_waits_as_long_as_graph_says(on_graph, retry_after, waits):
    on_graph.add(ACCOUNT, row("r"), START)
    on_graph.graph.throttled, on_graph.graph.retry_after = 2, retry_after
    assert (await read(on_graph), on_graph.waited) == ([["r"]], waits)


async def test_it_waits_until_a_date(on_graph):
    on_graph.add(ACCOUNT, row("r"), START)
    on_graph.graph.throttled, on_graph.graph.retry_after = 1, "Sun, 01 Mar 2026 12:00:42 GMT"
    assert (await read(on_graph), on_graph.waited) == ([["r"]], [42])


async def test_a_wait_that_is_too_long_is_left_to_the_next_run(on_graph):
    on_graph.graph.throttled, on_graph.graph.retry_after = 1, "301"
    with pytest.raises(UnavailableError, match=r"429, wait 301 s"):
        await read(on_graph)
    assert on_graph.waited == []


async def test_endless_throttling_ends_the_run(on_graph):
    on_graph.graph.throttled, on_graph.graph.retry_after = 100, "60"
    with pytest.raises(UnavailableError, match="429"):
        await read(on_graph)
    assert sum(on_graph.waited) <= 300


async def test_a_refused_request_is_an_outage_with_its_status(on_graph):
    with pytest.raises(UnavailableError, match="status 400"):
        await read(on_graph, start=START - timedelta(days=91))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"value":{}}',
        b'{"value":[],"@odata.nextLink":"https://elsewhere.example/v1.0/x"}',
        b'{"value":[],"@odata.nextLink":"//elsewhere.example"}',
        b'{"value":[],"@odata.nextLink":"/a/path/alone"}',
    ],
)
async def test_an_answer_that_is_no_page_is_an_outage_and_no_other_host_is_asked(clock, body):
    app = Starlette(routes=[Route("/{path:path}", lambda _: Response(body, media_type="application/json"))])
    async with serving(app) as address:
        logs = GraphCallLogs(address, None, clock)
        with pytest.raises(UnavailableError, match=r"Graph: (the answer is no page|a page leads to another host)"):
            [page async for page in logs.pages(ACCOUNT, PSTN, START, START)]
        await logs.close()


async def test_pages_that_lead_in_a_circle_end(clock):
    app = Starlette(
        routes=[Route("/{path:path}", lambda asked: JSONResponse({"value": [], "@odata.nextLink": str(asked.url)}))]
    )
    async with serving(app) as address:
        logs = GraphCallLogs(address, None, clock)
        with pytest.raises(UnavailableError, match="earlier one"):
            [page async for page in logs.pages(ACCOUNT, PSTN, START, START)]
        await logs.close()


async def test_an_unreachable_host_is_an_outage(clock):
    logs = GraphCallLogs("http://127.0.0.1:9", None, clock)
    with pytest.raises(UnavailableError, match="ConnectError"):
        [page async for page in logs.pages(ACCOUNT, PSTN, START, START)]
    await logs.close()


class OwnIdentity(OwnTokens):
    """Vouches for the application, as the managed identity does on Azure."""

    def __init__(self, token: str = "assertion") -> None:
        super().__init__(None)
        self.scopes: list[str] = []
        self._made = self
        self._token = token

    def get_token(self, *scopes, **_options):
        self.scopes += scopes
        return AccessToken(self._token, int(datetime(2099, 1, 1, tzinfo=UTC).timestamp()))


@pytest.fixture
async def secured(clock, tmp_path, monkeypatch):
    """The stand-in over TLS, which shows nothing without a token: its address, and what makes `TenantTokens` for it."""
    file, graph = certificate(tmp_path), Graph(clock, None, PAGE)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    for tenant, name in ((ACCOUNT, "one"), (OTHER, "two")):
        graph.logs.add(tenant, FUNCTIONS[PSTN], row(name), START)
    async with serving_over_tls(graph.app(), file) as address:
        options = {"authority": address, "disable_instance_discovery": True, "connection_verify": str(file)}
        made: list[TenantTokens] = []

        def tokens(own, application=APPLICATION):
            made.append(TenantTokens(own, application, f"{address}/.default", **options))
            return made[-1]

        yield address, tokens
        for each in made:
            each.close()


async def test_each_tenant_is_asked_with_its_own_token(secured, clock):
    """Through azure-identity: the service's identity vouches for the application in each tenant."""
    address, tokens = secured
    own = OwnIdentity()
    logs = GraphCallLogs(address, tokens(own).token, clock)
    for _ in range(2):
        assert (await read(logs), await read(logs, tenant=OTHER)) == ([["one"]], [["two"]])
    await logs.close()
    assert own.scopes == ["api://AzureADTokenExchange/.default"] * 2  # once for each tenant; then it is kept


async def test_without_an_application_the_own_identity_asks(secured, clock):
    address, tokens = secured
    own = OwnIdentity(f"for-tenant-{ACCOUNT}")
    logs = GraphCallLogs(address, tokens(own, None).token, clock)
    assert await read(logs) == [["one"]]
    await logs.close()
    assert own.scopes == [f"{address}/.default"]


async def test_an_identity_that_gets_no_token_is_an_outage(clock):
    class RefusedIdentity(OwnIdentity):
        def get_token(self, *scopes, **_options):
            raise ClientAuthenticationError(f"nothing for {scopes}")

    logs = GraphCallLogs("http://127.0.0.1:9", TenantTokens(RefusedIdentity(), None, "scope/.default").token, clock)
    with pytest.raises(UnavailableError, match=r"no token for scope/\.default: ClientAuthenticationError"):
        await read(logs)


async def test_without_a_token_graph_shows_nothing(secured, clock):
    address, _ = secured
    logs = GraphCallLogs(address, None, clock)
    with pytest.raises(UnavailableError, match="status 401"):
        await read(logs)
    await logs.close()


async def test_the_stand_in_serves_the_published_form(on_graph):
    """As in Microsoft's example of getPstnCalls."""
    for number in range(PAGE + 1):
        on_graph.add(ACCOUNT, row(f"r-{number}"), START)
    name = "getPstnCalls(fromDateTime=2026-03-01,toDateTime=2026-03-02)"
    address = f"{on_graph.logs._address}/v1.0/communications/callRecords/{name}"
    async with httpx.AsyncClient() as client:
        page = (await client.get(address)).json()
    assert page["@odata.context"].endswith("$metadata#Collection(microsoft.graph.callRecords.pstnCallLogRow)")
    assert (page["@odata.count"], len(page["value"])) == (PAGE, PAGE)
    assert page["@odata.nextLink"].endswith(f"{name}?$skip={PAGE}")
