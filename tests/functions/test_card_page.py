"""The page on which the holder of a card confirms it: `Portal__address` leads to it, and it asks the API."""

import re

import pytest

from shared.interface.portal_page import FILES, FOLDER
from shared.notices.card_wording import CONFIRM_CARD, confirmation_page

NO_TOKEN = {"Authorization": ""}


async def test_the_page_is_served_to_anybody_and_loads_only_its_own_files(api):
    page = await api.request("GET", f"portal/{CONFIRM_CARD}", version="", headers=NO_TOKEN)
    assert (page.status, page.media) == (200, "text/html")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.body.decode())
    assert set(loaded) == set(FILES) - {CONFIRM_CARD}
    for name in loaded:
        assert (await api.request("GET", f"portal/{name}", version="", headers=NO_TOKEN)).status == 200
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src")
    assert "<script>" not in page.body.decode()


async def test_a_browser_that_comes_back_from_the_bank_gets_the_page(api):
    added = "setup_intent=seti_1&setup_intent_client_secret=seti_1_secret&redirect_status=succeeded&redirect_status="
    page = await api.request("GET", f"portal/{CONFIRM_CARD}", version="", headers=NO_TOKEN, query=added)
    assert (page.status, page.media) == (200, "text/html")


@pytest.mark.parametrize("name", ["confirm-card.html", "../portal_page.py", "index.html", "%2e%2e"])
async def test_no_other_file_is_served(api, name):
    answer = await api.request("GET", f"portal/{name}", version="", headers=NO_TOKEN)
    assert (answer.status, answer.code) == (404, "not_found")


def test_the_token_is_neither_stored_nor_part_of_an_address():
    script = (FOLDER / "confirm-card.js").read_text()
    assert not re.search(r"localStorage|sessionStorage|document\.cookie|innerHTML", script)
    (used,) = re.findall(r".*at\(\"token\"\).*", script)
    assert "Authorization" in used


def test_the_e_mail_leads_to_the_page_of_a_portal_that_the_service_serves():
    assert confirmation_page("https://app.example/api/portal") == "https://app.example/api/portal/confirm-card"
    assert confirmation_page("https://app.example/api/portal/") == "https://app.example/api/portal/confirm-card"
    assert confirmation_page("") == ""
