"""What is not under `/api/v1`: the interface's description, addresses that no operation has, browsers' preflights."""

import gzip
import json
import re

import pytest

from shared.interface import viewer
from tests.functions.test_routes import BUILT

PORTAL, STRANGER = "https://portal.example", "https://elsewhere.example"
NO_TOKEN = {"Authorization": ""}


async def test_the_document_is_served_to_anybody(api):
    answer = await api.request("GET", "openapi.json", version="", headers=NO_TOKEN)
    assert (answer.status, answer.media, answer.json["openapi"]) == (200, "application/json", "3.1.0")
    shown = {(method.upper(), path) for path, methods in answer.json["paths"].items() for method in methods}
    assert {(method, re.sub(r"\{\w+\}", "{}", path).removeprefix("/")) for method, path in shown} >= set(BUILT)


async def test_the_page_loads_nothing_from_elsewhere_and_all_that_it_loads_is_there(api):
    page = await api.request("GET", "docs", version="", headers=NO_TOKEN)
    assert (page.status, page.media) == (200, "text/html")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.body.decode())
    assert len(loaded) > 4
    for address in loaded:
        answer = await api.request("GET", address, version="", headers=NO_TOKEN)
        assert answer.status == 200, address
    assert "<script>" not in page.body.decode()


@pytest.mark.parametrize("path", ["docs/swagger-ui-bundle.js", "openapi.json"])
async def test_a_large_answer_is_compressed_for_a_caller_who_accepts_that(api, path):
    accepting = {**NO_TOKEN, "accept-encoding": "br, gzip", "Origin": PORTAL}
    zipped = await api.request("GET", path, version="", headers=accepting)
    plain = await api.request("GET", path, version="", headers=NO_TOKEN)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert len(zipped.body) < len(plain.body) / 3
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert zipped.headers["Vary"] == "Accept-Encoding, Origin"


@pytest.mark.parametrize("name", ["index.htm", "../viewer.py", "README.md", "LICENSE", "swagger-ui.css.map", "%2e%2e"])
async def test_no_other_file_is_served(api, name):
    answer = await api.request("GET", f"docs/{name}", version="", headers=NO_TOKEN)
    assert (answer.status, answer.code) == (404, "not_found")


def test_the_licence_of_what_is_vendored_lies_beside_it():
    assert "Apache License" in (viewer.FOLDER / "LICENSE").read_text()
    assert "SmartBear" in (viewer.FOLDER / "NOTICE").read_text()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "v1/account"),
        ("GET", ""),
        ("PATCH", "v1/accounts"),
        ("DELETE", "openapi.json"),
        ("GET", "v2/accounts"),
        ("POST", "v1/accounts/x/balance"),
        ("HEAD", "docs"),
    ],
)
async def test_an_unknown_address_or_method_is_answered_as_a_problem(api, method, path):
    answer = await api.request(method, path, version="", headers={**NO_TOKEN, "x-correlation-id": "abc"})
    assert (answer.status, answer.media, answer.code) == (404, "application/problem+json", "not_found")
    assert (answer.headers["X-Correlation-Id"], answer.json["correlationId"]) == ("abc", "abc")
    assert method in answer.json["detail"]


async def test_a_page_of_an_allowed_origin_may_ask_and_read(api, tenant):
    asked = {"Origin": PORTAL, "Access-Control-Request-Method": "PUT"}
    preflight = await api.request("OPTIONS", f"accounts/{tenant.account}/auto-recharge", headers={**NO_TOKEN, **asked})
    assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (204, PORTAL)
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "If-Match", "Idempotency-Key"} <= set(
        preflight.headers["Access-Control-Allow-Headers"].split(", ")
    )
    for headers in ({"Origin": PORTAL}, {"Origin": PORTAL, **NO_TOKEN}):  # an error can be read as well
        answer = await api.request("GET", f"accounts/{tenant.account}", headers=headers)
        assert answer.headers["Access-Control-Allow-Origin"] == PORTAL
        assert answer.headers["Vary"] == "Origin"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", [STRANGER, "null", "https://portal.example.evil", "http://portal.example", "*", ""])
async def test_a_page_of_any_other_origin_may_not(api, tenant, origin):
    for method in ("OPTIONS", "GET"):
        answer = await api.request(method, f"accounts/{tenant.account}", headers={"Origin": origin})
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_the_schema_of_usage_is_served_to_anybody(api):
    answer = await api.request("GET", "usage.schema.json", headers=NO_TOKEN)
    assert (answer.status, answer.media) == (200, "application/schema+json")
    assert json.loads(answer.body)["properties"]["type"] == {"const": "credits.usage.call.v1"}
