"""Query parameters: each route accepts those of the contract, once and with a value, and rejects all others."""

import pytest

from shared.service.http import ProblemError
from shared.service.query import read_query
from tests.functions.requests import routes
from tests.functions.test_routes import BUILT, CONTRACT, OF_AN_ACCOUNT, OUTSIDE_V1, path

TAKEN = {
    ("GET", "v1/accounts"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/balance"): {"at"},
    ("GET", f"{OF_AN_ACCOUNT}/lots"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/movements"): {"from", "to", "kind", "after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/purchases"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/usage"): {"by", "from", "to", "after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/calls"): {"from", "to", "user", "after", "limit", "order"},
    **{("GET", f"{OF_AN_ACCOUNT}/usage.{form}"): {"by", "from", "to"} for form in ("csv", "xlsx")},
    **{("GET", f"{OF_AN_ACCOUNT}/calls.{form}"): {"from", "to", "user"} for form in ("csv", "xlsx")},
    **{("GET", f"{OF_AN_ACCOUNT}/movements.{form}"): {"from", "to", "kind"} for form in ("csv", "xlsx")},
    ("GET", f"{OF_AN_ACCOUNT}/refunds"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/payment-methods"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/eligibility"): {"at"},
    ("GET", f"{OF_AN_ACCOUNT}/licences"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/service-numbers"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/holds"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/notices"): {"after", "limit", "order"},
    ("POST", f"{OF_AN_ACCOUNT}/advice"): {"format"},
    ("POST", f"{OF_AN_ACCOUNT}/reconciliations"): {"format", "from", "to", "profile"},
    ("GET", f"{OF_AN_ACCOUNT}/reconciliations"): {"after", "limit", "order"},
    ("GET", f"{OF_AN_ACCOUNT}/reconciliations/{{}}"): {"after"},
    ("GET", f"{OF_AN_ACCOUNT}/pools"): {"after", "limit", "order", "month"},
    ("GET", "v1/rate-cards"): {"after", "limit", "order"},
    ("PUT", "v1/rate-cards/{}/versions/{}"): {"currency", "dryRun"},
    ("GET", "v1/plans"): {"after", "limit", "order"},
    ("POST", "v1/usage"): {"format", "account", "profile"},
    ("GET", "v1/suspense"): {"state", "reason", "after", "limit", "order"},
}
"""The parameters of each route by the contract; other routes have none."""

KNOWN = sorted(set().union(*TAKEN.values()))


def problem(answer):
    """The answer, if it is JSON; a file is no problem."""
    return answer.json if "json" in answer.media else {}


def flaws(answer):
    return {flaw["pointer"]: flaw["code"] for flaw in problem(answer).get("errors", ())}


async def request(api, tenant, route, query):
    return await api.request(route[0], path(route, tenant.account), query=query, body=b"pi_1")


@pytest.mark.parametrize("route", BUILT, ids=" ".join)
async def test_an_unknown_parameter_is_rejected_by_name_on_every_route(api, tenant, route):
    answer = await request(api, tenant, route, "dryrun=true&Limit=5&x%2Fy=")
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert flaws(answer) == {"/dryrun": "unknown", "/Limit": "unknown", "/x~1y": "unknown"}


@pytest.mark.parametrize("route", BUILT, ids=" ".join)
async def test_a_route_accepts_exactly_the_parameters_of_the_contract(api, tenant, route):
    for name in KNOWN:
        answer = await request(api, tenant, route, f"{name}=x")
        assert (flaws(answer).get(f"/{name}") == "unknown") is (
            name not in TAKEN.get(route, set())
            or name in {"kind", "state", "reason", "order", "dryRun", "format", "by"}
        ), name
        shown = problem(answer).get("detail", "")
        assert (shown == "the query is not as described") is (name not in TAKEN.get(route, set())), name


@pytest.mark.parametrize("route", BUILT, ids=" ".join)
async def test_empty_and_repeated_parameters_are_rejected(api, tenant, route):
    """Azure's host omits empty parameters and joins repeated ones, so the address is parsed."""
    for name in TAKEN.get(route, set()):
        assert flaws(await request(api, tenant, route, f"{name}=")) == {f"/{name}": "empty"}
        assert flaws(await request(api, tenant, route, name)) == {f"/{name}": "empty"}
        assert flaws(await request(api, tenant, route, f"{name}=true&{name}=true")) == {f"/{name}": "repeated"}


@pytest.mark.parametrize("route", [route for route in BUILT if CONTRACT[route]], ids=" ".join)
async def test_unauthorised_callers_learn_nothing_about_parameters(api, route):
    for headers, code in (({"Authorization": ""}, "unauthenticated"), ({}, "forbidden")):
        answer = await api.request(route[0], path(route), roles=(), headers=headers, query="surprise=1")
        assert answer.code == code


def test_every_route_is_tested_here():
    assert len(BUILT) + len(OUTSIDE_V1) == len(routes())
    assert set(TAKEN) <= set(BUILT)


@pytest.mark.parametrize("dry", ["1", "yes", "True", "TRUE", "", "on", "false%20", "true,true", "null"])
async def test_a_misspelt_dry_run_publishes_nothing(api, world, dry):
    before = await world.rates.versions()
    answer = await publish(api, f"currency=USD&dryRun={dry}")
    assert (answer.status, answer.code, list(flaws(answer))) == (400, "invalid_request", ["/dryRun"])
    for query in ("currency=USD&dryrun=true", "currency=USD&dry_run=true", "currency=USD&dryRun=true&dryRun=false"):
        assert (await publish(api, query)).status == 400
    assert await world.rates.versions() == before


async def test_a_dry_run_says_what_would_change_and_changes_nothing(api, world):
    before = await world.rates.versions()
    answer = await publish(api, "currency=USD&dryRun=true")
    assert (answer.status, await world.rates.versions()) == (200, before)
    assert answer.json | {"rows": 4, "added": 2, "removed": 1, "dearer": 1, "cheaper": 1} == answer.json
    first = await publish(api, "currency=USD&dryRun=true", card="first")
    assert first.json | {"rows": 4, "added": 4, "removed": 0, "dearer": 0, "cheaper": 0} == first.json
    assert [(await publish(api, f"currency=USD{dry}")).status for dry in ("&dryRun=false", "")] == [201, 200]


async def publish(api, query, card="default"):
    text = b"""prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds
44,United Kingdom,mixed,GB,0.02,0,60,60
1,North America,mixed,US,0.50,0.05,0,1
33,France,mixed,FR,0.03,0,60,60
49,Germany,mixed,DE,0.03,0,60,60
"""
    headers = {"Content-Type": "text/csv"}
    return await api.request(
        "PUT", f"rate-cards/{card}/versions/2026-03-01T00:00:00Z", query=query, body=text, headers=headers
    )


@pytest.mark.parametrize(
    "query", ["limit=%FF", "limit=1&" * 60, "=1", "limit[]=1", "limit%00=1", "+limit=1", "limit;=1"]
)
def test_a_malformed_query_is_rejected(query):
    with pytest.raises(ProblemError):
        read_query(f"https://credits.example/api/v1/x?{query}", {}, ("limit",))


@pytest.mark.parametrize("query", ["", "?", "?&&"])
def test_an_empty_query_has_no_parameters(query):
    assert read_query(f"https://credits.example/api/v1/x{query}", {}, ("limit",)) == {}


def test_a_parameter_that_only_the_host_passes_is_rejected_if_unknown():
    address = "https://credits.example/api/v1/x"
    assert read_query(address, {"dryRun": "true"}, ("dryRun",)) == {"dryRun": "true"}
    with pytest.raises(ProblemError):
        read_query(address, {"dryrun": "true"}, ("dryRun",))
