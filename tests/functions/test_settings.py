"""What reading settings shows can be changed and sent back; If-Match as RFC 9110, 13.1.1 has it."""

from typing import Any

import pytest

from tests.functions.requests import MANAGE
from tests.tenant import subscription, usd

ANN = {"address": "ann@example.com", "roles": ["billing"], "locale": "ja-JP", "optOutOf": ["review"]}
WRITTEN: dict[str, Any] = {
    "administrators": [ANN],
    "alerts": {"lowBalance": [usd("20")]},
    "auto-recharge": {"enabled": False, "trigger": usd("10"), "amount": usd("50")},
    "brake": {"enabled": True, "perUserPerHour": usd("100"), "sensitivity": 0.25},
    "licences/ann": {"communicationsCredits": True, "plan": "MCOPSTN1", "usageLocation": "US"},
    "subscriptions": {"items": [subscription("S-1", includes=["44"])]},
}


async def write(api, path, body, match="*"):
    return await api.request("PUT", path, roles=(MANAGE,), body=body, headers={"If-Match": match})


@pytest.mark.parametrize("name", WRITTEN)
async def test_what_was_read_can_be_sent_back(api, tenant, name):
    path = f"accounts/{tenant.account}/{name}"
    assert (await write(api, path, WRITTEN[name])).status in {200, 201}
    shown = (await api.request("GET", path)).json
    again = await write(api, path, shown)
    assert (again.status in {200, 201}, again.json) == (True, shown)


@pytest.mark.parametrize("name", ["auto-recharge", "brake"])
async def test_another_field_is_still_refused(api, tenant, name):
    answer = await write(api, f"accounts/{tenant.account}/{name}", {**WRITTEN[name], "maximum": usd("1")})
    assert (answer.status, [flaw["pointer"] for flaw in answer.json["errors"]]) == (400, ["/maximum"])


@pytest.mark.parametrize(
    ("match", "status"),
    [
        ("{etag}", 200),
        ('"another", {etag}', 200),
        ('{etag},"another"', 200),
        ("*", 200),
        (" * ", 200),
        ('"another"', 412),
        ("W/{etag}", 412),
        ('"another", W/{etag}', 412),
        ("another", 412),
        (",", 412),
    ],
)
@pytest.mark.parametrize("name", ["administrators", "alerts", "auto-recharge", "brake", "subscriptions"])
async def test_one_of_the_etags_must_match(api, tenant, name, match, status):
    path = f"accounts/{tenant.account}/{name}"
    etag = (await api.request("GET", path)).headers["ETag"]
    assert (await write(api, path, WRITTEN[name], match.format(etag=etag))).status == status


@pytest.mark.parametrize(
    ("name", "wrong", "detail"),
    [
        ("alerts", {"lowBalance": [usd("1")] * 6}, "at most 5 items"),
        ("alerts", {"lowBalance": None}, "a list is required here"),
        ("brake", {"enabled": True, "sensitivity": 2}, "at most 1.0"),
        ("licences/ann", {"communicationsCredits": False}, "true; DELETE takes the licence back"),
        ("subscriptions", {"items": [subscription(channel="reseller")]}, "one of 'direct' or 'csp'"),
        ("subscriptions", {"items": [subscription("")]}, "text of 1 or more characters"),
        ("subscriptions", {"items": [subscription(includes=["+44"])]}, "text that matches ^[0-9]{1,15}$"),
    ],
)
async def test_a_wrong_field_is_explained_in_terms_of_json(api, tenant, name, wrong, detail):
    answer = await write(api, f"accounts/{tenant.account}/{name}", wrong)
    assert (answer.status, [flaw["detail"] for flaw in answer.json["errors"]]) == (400, [detail])
