"""Card setups at the stand-in alone: refusals, events, lists, and the bank's page."""

import pytest

from shared.adapters.stripe.webhooks import StripeWebhooks
from shared.ports import SetupNews
from tests.contracts.stripe_stand_in import SECRET, error

ASKING = "pm_card_authenticationRequired"


@pytest.fixture
async def owner(stand_in):
    return (await stand_in.post("customers")).json()["id"]


@pytest.fixture
async def setup(stand_in, owner):
    return (await stand_in.post("setup_intents", {"customer": owner})).json()["id"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"colour": "red"}, ("parameter_unknown", "colour")),
        ({"usage": "sometimes"}, (None, "usage")),
        ({"customer": "cus_none"}, ("resource_missing", "customer")),
        ({"return_url": "https://portal.example"}, ("setup_intent_invalid_parameter", "return_url")),
        ({"confirm": "true"}, ("parameter_missing", "payment_method")),
        ({"confirm": "true", "payment_method": "pm_none"}, ("resource_missing", "payment_method")),
        ({"confirm": "perhaps"}, (None, "confirm")),
    ],
)
async def test_an_invalid_setup_is_refused(stand_in, fields, expected):
    assert error(await stand_in.post("setup_intents", fields)) == (400, "invalid_request_error", *expected)


async def test_a_setup_is_confirmed_once(stand_in, setup):
    answer = await stand_in.post(f"setup_intents/{setup}/confirm")
    assert error(answer)[0:3:2] == (400, "parameter_missing")
    assert (await stand_in.post(f"setup_intents/{setup}/confirm", {"payment_method": "pm_card_visa"})).is_success
    for action in ("confirm", "cancel"):
        answer = await stand_in.post(f"setup_intents/{setup}/{action}")
        assert error(answer)[0:3:2] == (400, "setup_intent_unexpected_state")


async def test_a_cancelled_setup_stays_cancelled(stand_in, setup):
    cancelled = await stand_in.post(f"setup_intents/{setup}/cancel", {"cancellation_reason": "abandoned"})
    assert cancelled.json()["status"] == "canceled"
    assert error(await stand_in.post(f"setup_intents/{setup}/confirm"))[0] == 400


async def test_a_decline_shows_the_setup_which_may_take_another_card(stand_in, setup):
    declined = "pm_card_visa_chargeDeclinedLostCard"
    answer = await stand_in.post(f"setup_intents/{setup}/confirm", {"payment_method": declined})
    assert error(answer)[:3] == (402, "card_error", "card_declined")
    shown = answer.json()["error"]["setup_intent"]
    assert (shown["status"], shown["last_setup_error"]["decline_code"]) == ("requires_payment_method", "lost_card")
    again = await stand_in.post(f"setup_intents/{setup}/confirm", {"payment_method": "pm_card_visa"})
    assert again.json()["status"] == "succeeded"


async def test_a_holder_who_does_not_agree_leaves_the_setup_open(stand_in, owner):
    fields = {"customer": owner, "payment_method": ASKING, "confirm": "true"}
    asked = (await stand_in.post("setup_intents", fields)).json()
    await stand_in.control(f"setups/{asked['id']}/resolve", outcome="fail")
    found = (await stand_in.get(f"setup_intents/{asked['id']}")).json()
    assert found["status"] == "requires_payment_method"
    assert found["last_setup_error"]["code"] == "setup_intent_authentication_failure"
    answer = await stand_in.web.post(f"/_control/setups/{asked['id']}/resolve", json={"outcome": "succeed"})
    assert answer.status_code == 400


async def test_the_bank_has_a_page_that_leads_back(stand_in, owner):
    fields = {"customer": owner, "payment_method": ASKING, "confirm": "true", "return_url": "https://portal.example/"}
    asked = (await stand_in.post("setup_intents", fields)).json()
    page = await stand_in.web.get(asked["next_action"]["redirect_to_url"]["url"])
    assert asked["id"] in page.text
    assert "https://portal.example/" in page.text


async def test_setups_are_listed_by_customer_and_card(stand_in, owner, setup):
    await stand_in.post(f"setup_intents/{setup}/confirm", {"payment_method": "pm_card_visa"})
    other = (await stand_in.post("setup_intents")).json()["id"]
    method = (await stand_in.get(f"setup_intents/{setup}")).json()["payment_method"]

    async def listed(**query):
        return [each["id"] for each in (await stand_in.get("setup_intents", **query)).json()["data"]]

    assert await listed() == [other, setup]
    assert await listed(customer=owner) == await listed(payment_method=method) == [setup]


async def test_a_setup_sends_webhooks_in_stripes_order(stand_in, owner):
    fields = {"customer": owner, "payment_method": ASKING, "confirm": "true", "metadata[account]": "a"}
    setup = (await stand_in.post("setup_intents", fields)).json()["id"]
    await stand_in.control(f"setups/{setup}/resolve", outcome="succeed")
    kinds = [
        "setup_intent.created",
        "setup_intent.requires_action",
        "payment_method.attached",
        "setup_intent.succeeded",
    ]
    await stand_in.hooks.until(lambda hooks: hooks.kinds == ["customer.created", *kinds])
    found = [StripeWebhooks([SECRET]).news_of(*sent) for sent in stand_in.hooks.tries]
    assert [news for news in found if news] == [SetupNews(setup, {"account": "a"})] * 3
