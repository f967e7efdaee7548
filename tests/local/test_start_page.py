import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest

from local.__main__ import COMMANDS
from local.clock.app import ClockControl
from local.clock.errors import BackwardsError
from local.machine.stand_in_process import NAMES
from local.start_page import start_page_app
from shared.use_cases.calls.authorise_call import CallQuestion
from shared.use_cases.usage.call import Call

ADDRESSES = {name: f"http://127.0.0.1:70{number}" for number, name in enumerate((*NAMES, "http"), 10)}
STORAGE = "AccountName=credits;AccountKey=a&lt;b=;"


OWN = {"X-Start-Page": "1"}
NOON = datetime(2028, 3, 1, 12, 0, tzinfo=UTC)


class Ledger:
    """A clock on a leap day, and the fast-forward that moves it."""

    def __init__(self):
        self.at = datetime(2028, 2, 29, 12, 30, 5, 999, tzinfo=UTC)

    def now(self):
        return self.at

    @property
    def offset(self):
        return timedelta(days=1)

    async def to(self, target):
        if target < self.at:
            raise BackwardsError("The clock only moves forward.")
        self.at = target


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
async def web(ledger):
    app = start_page_app(ledger, ClockControl(ledger, lambda: ledger), ADDRESSES, STORAGE, lambda _tenant: {})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:7000") as client:
        yield client


async def test_the_page_links_to_everything_and_loads_nothing_from_elsewhere(web):
    answer = await web.get("/")
    links = set(re.findall(r'href="([^"]*)"', answer.text))
    assert links == {
        f"{ADDRESSES['http']}/api/portal",
        f"{ADDRESSES['http']}/api/docs",
        f"{ADDRESSES['http']}/api/openapi.json",
        "/usage",
        f"{ADDRESSES['payments']}/_control",
        *(ADDRESSES[name] for name in ("mailbox", "traces", "clock")),
    }
    assert f"{ADDRESSES['http']}/api/v1" in answer.text
    assert re.findall(r"(?:src|action|@import|url\()", answer.text) == []
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'name="color-scheme" content="light dark"' in answer.text


async def test_the_page_shows_the_connection_string_and_an_event_that_the_service_would_read(web):
    blocks = [unescape(block) for block in re.findall(r"<pre>(.*?)</pre>", (await web.get("/")).text, re.DOTALL)]
    assert STORAGE in blocks
    [event] = [json.loads(block) for block in blocks if block.startswith("{")]
    assert event["type"] == "credits.usage.call.v1"
    assert Call.model_validate(event["data"]).startedAt == datetime(2028, 2, 29, 12, 28, 35, tzinfo=UTC)
    assert any("2029-03-07T00:00:00Z" in block for block in blocks)  # a year and a week ahead: credit has lapsed
    assert any(block.startswith("TOKEN=$(./dev token") for block in blocks)
    [question] = [block for block in blocks if "/authorise" in block]
    [body] = re.findall(r"-d '(.*)'", question)
    assert CallQuestion.model_validate(json.loads(body), context="US").called == event["data"]["called"]


async def test_every_command_on_the_page_exists(web):
    commands = set(re.findall(r"\./dev (\w+)", (await web.get("/")).text))
    assert {"up", "account", "call", "token", "credits"} <= commands <= {command.name for command in COMMANDS}


async def test_the_ledgers_time_is_read_again_and_again(web):
    assert (await web.get("/time")).json() == {"now": "2028-02-29T12:30:05Z"}


async def test_the_slider_goes_from_a_day_to_more_than_a_year(web):
    page = (await web.get("/")).text
    [slider] = re.findall(r'<input type="range"[^>]*>', page)
    assert re.findall(r'min="(\d+)"', slider) == ["1"]
    [most] = re.findall(r'max="(\d+)"', slider)
    assert int(most) >= 365 + 7  # a year and a week: credit that is bought today has lapsed
    [name] = re.findall(r'id="(\w+)"', slider)
    assert f'<label for="{name}">' in page


async def test_the_page_moves_the_clock_and_says_what_time_it_is(web, ledger):
    answer = await web.put("/clock", headers=OWN, json={"now": "2028-03-01T12:00:00Z"})
    assert (answer.status_code, answer.json()["now"]) == (200, "2028-03-01T12:00:00Z")
    assert ledger.at == NOON
    assert (await web.get("/time")).json() == {"now": "2028-03-01T12:00:00Z"}


async def test_the_page_tells_why_the_clock_does_not_move(web):
    answer = await web.put("/clock", headers=OWN, json={"now": "2027-03-01T12:00:00Z"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "The clock only moves forward.")


@pytest.mark.parametrize("headers", [{}, {**OWN, "Host": "another.example"}])
async def test_another_page_cannot_move_the_clock(web, ledger, headers):
    before = ledger.at
    answer = await web.put("/clock", headers=headers, json={"now": "2028-03-01T12:00:00Z"})
    assert (answer.status_code, ledger.at) == (403, before)
