"""The e-mail stand-in itself; tests/contracts compare it with the published contract, using the real client."""

import base64
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from hashlib import sha256

import httpx
import pytest

from local.sample.notices import SAMPLES
from local.stand_ins.email import mailbox
from local.stand_ins.email.app import PAGE, make_app
from shared.notices.languages import LANGUAGES
from shared.notices.notice import KINDS

KEY = base64.b64encode(b"a key of the stand-in").decode()
NOON = datetime(2026, 11, 22, 12, 0, 0, 250_000, tzinfo=UTC)
SEND = "/emails:send?api-version=2025-09-01"


class SettableClock:
    """The service's clock, set by the test."""

    at = NOON

    def now(self):
        return self.at


def order(**changes):
    whole = {
        "senderAddress": "DoNotReply@credits.example",
        "content": {"subject": "Grüße, 残高", "plainText": "Zeile 1\nZeile 2\n", "html": "<p>→</p>\n"},
        "recipients": {"to": [{"address": "ann@contoso.com"}]},
    }
    return {**whole, **changes}


def signed(method, target, body, key=KEY):
    content = base64.b64encode(sha256(body).digest()).decode()
    text = f"{method}\n{target}\nSun, 22 Nov 2026 12:00:00 GMT;mail;{content}"
    signature = base64.b64encode(hmac.digest(base64.b64decode(key), text.encode(), "sha256")).decode()
    return {
        "x-ms-date": "Sun, 22 Nov 2026 12:00:00 GMT",
        "x-ms-content-sha256": content,
        "Authorization": f"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}",
    }


class Bench:
    def __init__(self, folder, clock):
        self.folder, self.clock = folder, clock
        transport = httpx.ASGITransport(make_app(clock, KEY, folder))
        self.web = httpx.AsyncClient(transport=transport, base_url="http://mail")

    async def send(self, email=None, target=SEND, **headers):
        body = email if isinstance(email, bytes) else json.dumps(email or order()).encode()
        return await self.web.post(target, content=body, headers=signed("POST", target, body) | headers)

    async def emails(self):
        return (await self.web.get("/messages")).json()


@pytest.fixture
def clock():
    return SettableClock()


@pytest.fixture
async def stand_in(tmp_path, clock):
    bench = Bench(tmp_path / "not there yet" / "mail", clock)
    yield bench
    await bench.web.aclose()


async def test_a_signed_email_is_accepted_at_the_services_time(stand_in):
    answer = await stand_in.send()
    assert answer.status_code == 202
    assert answer.json()["status"] == "Running"
    [email] = await stand_in.emails()
    assert (email["at"], email["to"]) == ("2026-11-22T12:00:00.250000Z", ["ann@contoso.com"])
    assert (email["subject"], email["text"], email["html"]) == tuple(order()["content"].values())


async def test_the_operation_in_the_answer_has_succeeded(stand_in):
    answer = await stand_in.send(**{"Operation-Id": "00000000-0000-0000-0000-000000000007"})
    location = answer.headers["Operation-Location"]
    assert "//emails/operations/00000000-0000-0000-0000-000000000007?" in location
    target = location.removeprefix("http://mail")
    found = await stand_in.web.get(location, headers=signed("GET", target, b""))
    assert found.json() == {"id": "00000000-0000-0000-0000-000000000007", "status": "Succeeded"}


async def test_an_unknown_operation_is_not_found(stand_in):
    target = "/emails/operations/x?api-version=2025-09-01"
    found = await stand_in.web.get(target, headers=signed("GET", target, b""))
    assert (found.status_code, found.json()["error"]["code"]) == (404, "OperationNotFound")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed("POST", SEND, json.dumps(order()).encode(), key=base64.b64encode(b"another key").decode()),
        signed("POST", SEND, b"another body"),
        signed("POST", f"{SEND}&more", json.dumps(order()).encode()),
        signed("PUT", SEND, json.dumps(order()).encode()),
        signed("POST", SEND, json.dumps(order()).encode()) | {"x-ms-date": "Sun, 22 Nov 2026 12:00:01 GMT"},
        signed("POST", SEND, json.dumps(order()).encode()) | {"Host": "elsewhere"},
    ],
    ids=["none", "another key", "another body", "another address", "another method", "another date", "another host"],
)
async def test_an_invalid_signature_is_rejected(stand_in, headers):
    answer = await stand_in.web.post(SEND, content=json.dumps(order()).encode(), headers=headers)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == (401, "Denied")
    assert answer.json()["error"]["code"] == "Denied"
    assert await stand_in.emails() == []


def to(*addresses):
    return {"to": [{"address": address} for address in addresses]}


@pytest.mark.parametrize(
    ("email", "code"),
    [
        (b"not json", "InvalidRequest"),
        (b"[]", "InvalidRequest"),
        ({"content": {}}, "InvalidRequest"),
        (order(content={"plainText": "no subject"}), "InvalidRequest"),
        (order(recipients={"bcc": [{"address": "ann@contoso.com"}]}), "InvalidRequest"),
        (order(recipients=to()), "InvalidRecipients"),
        (order(recipients=to(*(f"r{number}@contoso.com" for number in range(51)))), "InvalidRecipients"),
        (order(recipients=to("ann")), "InvalidEmailAddress"),
        (order(senderAddress="credits"), "InvalidEmailAddress"),
        (order(content={"subject": "empty"}), "InvalidContent"),
        (order(content={"subject": "two\r\nBcc: all@contoso.com", "plainText": "x"}), "InvalidSubject"),
    ],
)
async def test_an_email_that_the_real_service_would_reject_is_rejected(stand_in, email, code):
    answer = await stand_in.send(email)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert await stand_in.emails() == []


@pytest.mark.parametrize(
    ("target", "headers", "code"),
    [
        ("/emails:send", {}, "Denied"),  # signed without the question mark that is not there
        ("/emails:send?api-version=2021-10-01-preview", {}, "InvalidApiVersion"),
        (SEND, {"Operation-Id": "seven"}, "InvalidOperationId"),
    ],
)
async def test_addresses_and_headers_are_validated(stand_in, target, headers, code):
    assert (await stand_in.send(None, target, **headers)).json()["error"]["code"] == code


async def test_an_email_may_have_50_recipients(stand_in):
    assert (await stand_in.send(order(recipients=to(*(f"r{n}@contoso.com" for n in range(50)))))).status_code == 202


async def test_each_email_is_stored_as_an_eml_file(stand_in):
    hidden = {"to": [{"address": "DoNotReply@credits.example"}], "bcc": [{"address": "bo@contoso.com"}]}
    await stand_in.send(order(recipients=hidden))
    [path] = stand_in.folder.iterdir()
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (message["Subject"], message["Bcc"]) == ("Grüße, 残高", "bo@contoso.com")
    page = message.get_body(("html",))
    assert page is not None
    assert page.get_content().strip() == "<p>→</p>"
    saved = await stand_in.web.get("/messages/1.eml")
    assert (saved.headers["content-type"], saved.content) == ("message/rfc822", path.read_bytes())
    assert (await stand_in.web.get("/messages/2.eml")).status_code == 404


async def test_emails_are_stored_between_runs(stand_in, clock):
    await stand_in.send(**{"Operation-Id": "00000000-0000-0000-0000-000000000007"})
    clock.at = NOON + timedelta(days=400)
    await stand_in.send(order(content={"subject": "later", "plainText": "no HTML\n"}))
    before = await stand_in.emails()
    again = Bench(stand_in.folder, clock)
    assert await again.emails() == before
    await again.send(**{"Operation-Id": "00000000-0000-0000-0000-000000000007"})
    assert [(email["number"], email["repeat"]) for email in await again.emails()] == [(1, 0), (2, 0), (3, 1)]
    await again.web.aclose()


async def test_the_number_of_stored_emails_is_limited(stand_in, monkeypatch):
    monkeypatch.setattr(mailbox, "EMAILS_MAX", 3)
    for _ in range(5):
        await stand_in.send()
    assert [email["number"] for email in await stand_in.emails()] == [3, 4, 5]
    assert sorted(path.stem for path in stand_in.folder.iterdir()) == ["000003", "000004", "000005"]


async def test_the_mailbox_can_be_emptied(stand_in):
    await stand_in.send()
    assert (await stand_in.web.delete("/messages")).status_code == 204
    assert await stand_in.emails() == []
    assert list(stand_in.folder.iterdir()) == []
    await stand_in.send()
    assert [email["number"] for email in await stand_in.emails()] == [2]  # a number is never used twice


async def test_planned_outcomes_happen_in_order(stand_in):
    await stand_in.web.post("/_control/outcome", json={"outcome": "throttled", "times": 2})
    planned = await stand_in.web.post("/_control/outcome", json={"outcome": "error_500"})
    assert planned.json() == {"planned": ["throttled", "throttled", "error_500"]}
    answers = [await stand_in.send() for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 429, 500, 202]
    assert answers[0].headers["Retry-After"] == "1"
    assert len(await stand_in.emails()) == 1


@pytest.mark.parametrize("planned", [{}, {"outcome": "unheard of"}, {"outcome": "refused", "times": "many"}, []])
async def test_an_invalid_plan_is_rejected(stand_in, planned):
    assert (await stand_in.web.post("/_control/outcome", json=planned)).status_code == 400
    assert (await stand_in.web.get("/_control/outcome")).json() == {"planned": []}


async def test_the_mailbox_page_loads_nothing_from_other_hosts(stand_in):
    page = await stand_in.web.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    own = PAGE.read_text("utf-8").replace('href="preview"', "")
    assert re.findall(r"""(?:src|href)=["']|https?://|@import|url\(""", own) == []
    assert '<iframe title="The e-mail" sandbox>' in page.text


async def test_every_kind_of_email_can_be_seen_in_every_language(stand_in):
    page = (await stand_in.web.get("/preview")).text
    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) == 2 * len(LANGUAGES) * (len(SAMPLES) + 1)
    assert {kind.value for kind in KINDS} == {name.partition("-")[0] for name in SAMPLES}
    for link in (each for each in links if ".ja." in each):
        shown = await stand_in.web.get(f"/{link}")
        assert "コミュニケーション クレジット" in shown.text
    assert (await stand_in.web.get("/preview/recovered.xx.html")).status_code == 404
    assert (await stand_in.web.get("/preview/nothing.en.html")).status_code == 404
