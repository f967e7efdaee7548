"""Personas: the portal's sign-in on a development machine."""

import httpx
import jwt
import pytest

from local.stand_ins import personas
from local.stand_ins.issuer import Issuer

ADDRESS, SERVICE, STRANGER = "http://issuer", "http://service", "http://elsewhere"
ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"


@pytest.fixture
async def web(tmp_path):
    app = Issuer(tmp_path / "issuer.pem", ADDRESS, "api://us").app(SERVICE)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client:
        yield client


@pytest.mark.parametrize("part", personas.PARTS)
async def test_a_person_gets_the_roles_of_the_part_in_the_chosen_account(web, part):
    answer = await web.post("/personas/token", json={"account": ACCOUNT, "part": part})
    claims = jwt.decode(answer.json()["token"], options={"verify_signature": False})
    assert (claims["tid"], set(claims["roles"])) == (ACCOUNT, set(personas.PARTS[part]))


@pytest.mark.parametrize(
    "body", [{}, {"account": ACCOUNT}, {"account": "x", "part": "manager"}, {"account": ACCOUNT, "part": "owner"}]
)
async def test_no_other_part_can_be_played(web, body):
    assert (await web.post("/personas/token", json=body)).status_code == 400


async def test_only_pages_of_the_service_may_read_a_token(web):
    for origin, allowed in ((SERVICE, SERVICE), (STRANGER, None)):
        answer = await web.post(
            "/personas/token", json={"account": ACCOUNT, "part": "reader"}, headers={"Origin": origin}
        )
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed


async def test_the_portal_loads_its_sign_in_as_a_module(web):
    answer = await web.get("/sign-in.js", headers={"Origin": SERVICE})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/javascript")
    assert answer.headers["Access-Control-Allow-Origin"] == SERVICE
    for name in ("signIn", "token", "signOut"):
        assert f"export async function {name}(" in answer.text
