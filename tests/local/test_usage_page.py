"""The page on which a file of usage is dropped."""

import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.start_page.usage_page import OPERATOR, UsagePage
from shared.readers.formats import FORMATS

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"
OWN = {"X-Start-Page": "1"}


@pytest.fixture
def asked():
    """What the service was asked to take."""
    return []


@pytest.fixture
async def web(monkeypatch, asked):
    """The page before a service."""

    async def send(request):
        asked.append((request.method, request.url.path, dict(request.query_params), await request.body()))
        assert request.headers["authorization"] == f"Bearer of {OPERATOR}"
        return JSONResponse({"receipt": "r-1"}, 202)

    async def read(request):
        found = {"state": "done", "format": "csv", "receivedAt": "2026-03-01T12:00:00Z"}
        return JSONResponse(
            found if request.path_params["name"] == "r-1" else {"detail": "no such receipt"},
            200 if (request.path_params["name"] == "r-1") else 404,
        )

    async def movements(request):
        assert request.headers["authorization"] == f"Bearer of {ACCOUNT}"
        sources = ("urn:credits:csv:default", "urn:example:sbc", None)
        return JSONResponse({"items": [{"id": each, "event": each and {"source": each}} for each in sources]})

    async def suspense(_request):
        return JSONResponse(
            {"items": [{"id": at, "receivedAt": f"2026-03-01T{at}:00:00Z"} for at in ("13", "12", "11")]}
        )

    routes = [
        Route("/api/v1/usage", send, methods=["POST"]),
        Route("/api/v1/usage/{name}", read),
        Route("/api/v1/accounts/{account}/movements", movements),
        Route("/api/v1/suspense", suspense),
    ]
    real, service = httpx.AsyncClient, httpx.ASGITransport(app=Starlette(routes=routes))
    monkeypatch.setattr("httpx.AsyncClient", lambda **more: real(transport=service, **more))
    page = UsagePage("http://service", lambda tenant: {"Authorization": f"Bearer of {tenant}"}, "default-src 'none'")
    own = httpx.ASGITransport(app=Starlette(routes=page.routes()))
    async with real(transport=own, base_url="http://127.0.0.1:7000") as client:
        yield client


async def test_the_page_offers_every_format_and_loads_nothing_from_elsewhere(web):
    answer = await web.get("/usage")
    assert re.findall("<option>(.*?)</option>", answer.text) == list(FORMATS)
    assert re.findall(r"(?:src|action|@import|url\()", answer.text) == []
    assert answer.headers["content-security-policy"] == "default-src 'none'"


async def test_a_file_is_sent_on_as_an_operator(web, asked):
    answer = await web.post("/usage/file", params={"format": "csv", "account": ACCOUNT}, content=b"a,b", headers=OWN)
    assert (answer.status_code, answer.json()) == (202, {"receipt": "r-1"})
    assert asked == [("POST", "/api/v1/usage", {"format": "csv", "account": ACCOUNT}, b"a,b")]


async def test_what_became_of_the_file_is_shown_with_its_calls_and_what_waits_since(web):
    shown = (await web.get("/usage/file/r-1", params={"account": ACCOUNT}, headers=OWN)).json()
    assert shown["receipt"]["state"] == "done"
    assert [item["id"] for item in shown["booked"]] == ["urn:credits:csv:default"]
    assert [item["id"] for item in shown["suspended"]] == ["13", "12"]
    assert (await web.get("/usage/file/r-2", headers=OWN)).status_code == 404


@pytest.mark.parametrize("headers", [{}, {**OWN, "Host": "attacker.example"}])
async def test_pages_of_others_cannot_use_it(web, asked, headers):
    answer = await web.post("/usage/file", params={"format": "csv"}, content=b"x", headers=headers)
    assert answer.status_code == 403
    assert asked == []
