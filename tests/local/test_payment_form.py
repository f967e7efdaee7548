"""The stand-in of the payment provider's form, which portals show in a frame."""

import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from local.stand_ins.stripe import form
from local.stand_ins.stripe.cards import TEST_CARDS

SERVICE = "http://127.0.0.1:7071"


@pytest.fixture
async def web():
    app = Starlette(routes=form.form_routes(f"{SERVICE}/api/v1/webhooks/stripe"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://payments") as client:
        yield client


async def test_only_the_service_may_frame_the_form(web):
    page = await web.get("/_form")
    assert f"frame-ancestors {SERVICE}" in page.headers["content-security-policy"]
    assert f'data-service="{SERVICE}"' in page.text


async def test_it_offers_test_cards_and_has_no_field_for_a_number(web):
    page = (await web.get("/_form")).text
    [cards] = re.findall(r'data-cards="([^"]*)"', page)
    assert set(json.loads(unescape(cards))) <= set(TEST_CARDS)
    assert "<input" not in page


async def test_every_offered_card_has_a_name(web):
    script = (await web.get("/_form.js")).text
    assert all(f"{card}: " in script for card in form.OFFERED)


def test_the_stand_in_and_the_portals_own_form_exchange_the_same_messages():
    own = (Path(__file__).parents[2] / "portal" / "card-form.js").read_text()
    stand_in = Path(form.__file__).with_name("form.js").read_text()
    sent = re.compile(r'type: "(\w+)"')
    assert set(sent.findall(own)) - {"error"} == set(sent.findall(stand_in)) | {"collect", "confirm"} - {"error"}
