"""Any request to any route gets an answer of CONTRACT 2 and never an internal error."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.adapters.stripe.webhooks import StripeWebhooks
from tests.fakes.world import ACCOUNT
from tests.functions.test_routes import BUILT
from tests.tenant import usd

TEXTS = [
    *(
        "",
        " ",
        "\x00",
        "\n",
        "/",
        "#",
        "?",
        "%00",
        "..",
        "'",
        '"',
        "~",
        "\ud800",
        "\u0665\u0660",
        "\uffff",
        "x" * 2_000,
    ),
    *("-1", "0", "1e400", "99999999999", "9" * 5_000, "2000000000", "NaN", "true", "9999-12-31T23:59:59Z", "1.0000001"),
    *("0001-01-01T00:00:00+14:00", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00+23:59", "USD", "usd", "US", "default"),
    *("pm_1\nX: 1", "https://a.example:x/", "000000000001-000", "000000000002-000", "open", "debit", "Europe/Paris"),
]
ODD = st.one_of(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.text(max_size=20))
VALUES = st.one_of(
    ODD, st.none(), st.booleans(), st.integers(), st.floats(), st.lists(ODD, max_size=2), st.dictionaries(ODD, ODD)
)
ORDER = {"enabled": True, "trigger": usd("1"), "amount": usd("50"), "largestCharge": usd("99"), "monthlyCap": usd("99")}
PURCHASE = {
    "amount": usd("50"),
    "paymentMethod": "pm_card_visa",
    "returnUrl": "https://a.example",
    "autoRecharge": ORDER,
}
SOUND = {
    "accounts": {
        "account": ACCOUNT,
        "currency": "USD",
        "country": "US",
        "timeZone": "UTC",
        "usageFrom": "2026-03-01T12:00:00Z",
    },
    "purchases": PURCHASE,
    "refunds": {"lot": "20260301120000000000-d6a9cf20ea", "amount": {"amount": "10", "currency": "USD"}},
    "grants": {
        "amount": usd("5"),
        "reference": "r",
        "kind": "paid",
        "expiresAt": "2027-03-01T12:00:00Z",
        "priority": 7,
    },
    "auto-recharge": ORDER,
    "brake": {"enabled": True, "perUserPerHour": usd("20"), "perPrefixPerHour": usd("30"), "sensitivity": 0.5},
    "payment-methods": {"paymentMethod": "pm_card_visa"},
    "administrators": [{"address": "ann@example.com", "roles": ["billing"], "locale": "en", "timeZone": "UTC"}],
    "alerts": {"lowBalance": [usd("20")], "silentRoles": ["helpdesk"]},
    "subscriptions": {
        "items": [
            {
                "id": "S-1",
                "plan": "MCOPSTN1",
                "licences": 25,
                "usageLocation": "US",
                "channel": "direct",
                "agreement": "enterprise",
                "billingCountry": "DE",
                "payAsYouGo": True,
                "includes": ["44"],
                "from": "2026-01-01T00:00:00Z",
                "until": "2027-01-01T00:00:00Z",
            }
        ]
    },
    "reverse": {"reason": "charged by mistake"},
    "exemptions": {"reason": "r", "ticket": "t", "from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"},
    "service-numbers": {"number": "+18005550100", "kind": "tollFree", "use": "conference"},
    "lookup": {"number": "+442079460123", "at": "2026-03-01T12:00:00Z", "card": "default"},
}
"""A valid body for a route that ends in this word."""

QUERIES = st.dictionaries(
    st.sampled_from(["after", "limit", "from", "to", "at", "kind", "state", "currency", "dryRun", "order"]),
    ODD.filter(lambda text: text.isprintable() or text.isascii()),  # half a surrogate pair fits into no address
    max_size=1,
)
HEADERS = ("Idempotency-Key", "If-Match", "Content-Type", "X-Correlation-Id", "traceparent", "stripe-signature")


@st.composite
def with_one_odd_leaf(draw, value):
    """*value* with one changed part."""
    if isinstance(value, dict | list) and value and draw(st.integers(0, 5)):
        place = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        changed = value.copy()
        changed[place] = draw(with_one_odd_leaf(value[place]))
        return changed
    return draw(VALUES)


@st.composite
def requests(draw, route):
    """Address, body and headers of a request to *route*, valid except for some parts. Each request has its own key,
    because a known key would be answered before validation.
    """
    names = iter([draw(ODD), draw(ODD)])
    parts = route.removeprefix("v1/").split("/")
    for place in [place for place, part in enumerate(parts) if part == "{}"]:
        parts[place] = ACCOUNT if parts[place - 1] == "accounts" else next(names).replace("/", "%2F")
    value = draw(with_one_odd_leaf(SOUND.get(route.split("/")[-1], {})))
    body = draw(st.one_of(st.just(json.dumps(value).encode()), st.just(json.dumps(value).encode()), st.binary()))
    sound = {"Idempotency-Key": str(draw(st.uuids())), "If-Match": "*", "Content-Type": "application/json"}
    return "/".join(parts), body, {**sound, **draw(st.dictionaries(st.sampled_from(HEADERS), ODD, max_size=1))}


@pytest.fixture
def signed_api(api, tenant):
    """The app on a world with one open account, and with the real verification of signatures."""
    assert tenant.account == ACCOUNT
    api.services = replace(api.services, webhooks=StripeWebhooks(["whsec"]))
    return api


WITH_A_BODY = [route for route in BUILT if route[0] != "GET" and route[1].split("/")[-1] in SOUND]
ASKED = st.one_of(st.sampled_from(WITH_A_BODY), st.sampled_from(BUILT)).flatmap(
    lambda route: st.tuples(st.just(route[0]), requests(route[1]), QUERIES)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ASKED)
async def test_no_request_causes_an_internal_error(signed_api, asked):
    method, (path, body, headers), query = asked
    answer = await signed_api.request(method, path, body=body, headers=headers, **query)
    assert answer.status < 500, answer.body
