"""Lists of purchases, cards, suspense and rates: content, order, and what is never shown."""

from typing import Any

import pytest

from shared.ports import SUSPENSE_REASONS
from shared.service.http import ProblemError, Request
from shared.use_cases.rates.publish_rate_card import publish_rate_card
from shared.use_cases.usage.reason import Reason
from shared.views.plans import list_plans
from shared.views.purchases import list_purchases
from shared.views.rates import list_rate_cards, look_up_rate
from shared.views.settings import list_payment_methods, read_administrators, read_auto_recharge
from shared.views.suspense import list_suspense
from tests.tenant import BOSTON, LONDON, OTHER, Tenant, call, code_of, report, usd

VISA = "pm_card_visa"

CARD = "prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n44,UK,,GB,{},0,60,60\n"


async def walk(tenant, view, size, **query):
    """Every item, in pages of *size*."""
    seen, after = [], ""
    while after is not None:
        asked = {"limit": str(size), **query, **({"after": after} if after else {})}
        shown = (await tenant.request(view, query=asked)).value
        assert len(shown["items"]) <= size
        seen += shown["items"]
        after = shown["next"]
    return seen


@pytest.mark.parametrize("size", [1, 2, 7])
async def test_purchases_are_listed_oldest_first_in_every_state(world, tenant, size):
    for number, outcome in enumerate(["succeed", "lost_card", "requires_action", "processing", "succeed"]):
        world.payments.next_outcome(outcome)
        await tenant.buy(key=f"buy-{number}", paymentMethod=VISA)
        world.clock.forward(seconds=1)
    listed = await walk(tenant, list_purchases, size)
    assert [purchase["state"] for purchase in listed] == [
        "succeeded",
        "declined",
        "requiresAction",
        "processing",
        "succeeded",
    ]
    assert all("clientSecret" not in purchase for purchase in listed)  # read one by one


async def test_a_purchase_does_not_show_its_card_or_payment(world, tenant):
    bought = (await tenant.buy(paymentMethod=VISA)).value
    assert set(bought) == {"id", "state", "amount", "reason", "lot", "createdAt", "by", "receiptUrl"}
    (payment,) = world.payments.payments
    assert payment not in str(bought)


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_suspense_is_listed_in_pages(world, tenant, size):
    for number in range(5):
        await report(world, call(f"call-{number}", direction="up"))
        world.clock.forward(seconds=1)
    listed = await walk(tenant, list_suspense, size)
    assert [item["event"]["id"] for item in listed] == [f"call-{number}" for number in range(5)]


async def test_suspense_shows_open_items_by_default(world, tenant):
    await report(world, call("a"), call("a", seconds=61), call("b", called="+8610123456"))
    waiting = {item["reason"]: item["id"] for item in await tenant.suspended()}
    await tenant.accept(waiting["conflict"])
    await world.publish(CARD.format(1).replace("44,", "86,").encode())
    await tenant.replay(waiting["no_rate"])
    assert (await tenant.reasons(), await tenant.reasons("accepted"), await tenant.reasons("replayed")) == (
        [],
        ["conflict"],
        ["no_rate"],
    )
    assert await code_of(tenant.request(list_suspense, query={"state": "closed"})) == "invalid_request"


async def test_suspense_can_be_filtered_by_reason(world, tenant):
    await report(world, call("a"), call("a", seconds=61), call("b", called="+8610123456"), call("c", direction="up"))
    for reason in ("conflict", "no_rate", "invalid_field"):
        shown = (await tenant.request(list_suspense, query={"reason": reason})).value
        assert [item["reason"] for item in shown["items"]] == [reason]
    assert (await tenant.request(list_suspense, query={"reason": "poison"})).value["items"] == []
    assert await code_of(tenant.request(list_suspense, query={"reason": "conflicts"})) == "invalid_request"


async def test_filtered_suspense_is_listed_in_pages(world, tenant):
    for number in range(6):
        await report(world, call(f"call-{number}", direction="up" if number % 2 else "out", called="+8610123456"))
        world.clock.forward(seconds=1)
    first = (await tenant.request(list_suspense, query={"reason": "no_rate", "limit": "2"})).value
    rest = (await tenant.request(list_suspense, query={"reason": "no_rate", "after": first["next"]})).value
    assert [item["event"]["id"] for item in first["items"] + rest["items"]] == ["call-0", "call-2", "call-4"]


def test_suspense_can_be_filtered_by_every_reason():
    assert set(Reason) <= set(SUSPENSE_REASONS)


async def test_cards_are_listed_in_pages(tenant):
    stored = [(await tenant.store_card(method))["id"] for method in ("pm_card_visa", "pm_card_mastercard")]
    assert [card["id"] for card in await walk(tenant, list_payment_methods, 1)] == stored


@pytest.mark.parametrize("view", [list_purchases, list_payment_methods, list_suspense, list_rate_cards, list_plans])
async def test_an_invalid_position_is_rejected(tenant, view):
    assert await code_of(tenant.request(view, query={"after": "no place/"})) == "invalid_request"


@pytest.mark.parametrize(
    "view", [list_purchases, list_payment_methods, read_auto_recharge, read_administrators], ids=lambda v: v.__name__
)
async def test_lists_of_an_unknown_account_are_not_found(world, view):
    assert await code_of(Tenant(world).request(view)) == "not_found"


# --- rates


async def publish(tenant, valid_from, price, *, name="gold", currency="USD", **query):
    path, query_parameters = {"card": name, "validFrom": valid_from}, {"currency": currency, **query}
    request = Request(None, path, query_parameters, {"content-type": "text/csv"}, CARD.format(price).encode())
    return await publish_rate_card(tenant.world.services, request)


async def test_a_version_is_new_once_and_then_replaced(tenant):
    assert (await publish(tenant, "2026-01-01T00:00:00Z", 1)).status == 201
    assert (await publish(tenant, "2026-01-01T01:00:00+01:00", 2)).status == 200
    assert (await publish(tenant, "2026-02-01T00:00:00Z", 3)).status == 201
    listed = await walk(tenant, list_rate_cards, 1)
    assert [(card["card"], card["validFrom"], card["rates"]) for card in listed] == [
        ("default", "2025-01-25T12:00:00Z", 3),
        ("gold", "2026-01-01T00:00:00Z", 1),
        ("gold", "2026-02-01T00:00:00Z", 1),
    ]


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_no_version_is_left_out_whatever_its_name_and_fraction_of_a_second(tenant, size):
    versions = [
        (name, valid_from)
        for name in ("A", "a", "a-b", "a.b", "a_b", "ab")
        for valid_from in ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.500000Z", "2026-02-01T00:00:00Z")
    ]
    for name, valid_from in reversed(versions):
        await publish(tenant, valid_from, 1, name=name)
    expected = [*versions, ("default", "2025-01-25T12:00:00Z")]
    assert [(card["card"], card["validFrom"]) for card in await walk(tenant, list_rate_cards, size)] == expected
    newest_first = await walk(tenant, list_rate_cards, size, order="desc")
    assert [(card["card"], card["validFrom"]) for card in newest_first] == expected[::-1]
    nowhere = tenant.request(list_rate_cards, query={"after": "a|2026-99-01T00:00:00Z"})
    assert await code_of(nowhere) == "invalid_request"


async def test_a_dry_run_changes_nothing(tenant):
    tried = await publish(tenant, "2026-01-01T00:00:00Z", 1, dryRun="true")
    assert (tried.status, tried.value["dryRun"], tried.value["rates"]) == (200, True, 1)
    assert [card["card"] for card in await walk(tenant, list_rate_cards, 9)] == ["default"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"currency": "EUR"}, "currency_mismatch"),
        ({"currency": "usd"}, "invalid_request"),
        ({"name": "../gold"}, "invalid_request"),
        ({"valid_from": "tomorrow"}, "invalid_request"),
        ({"price": "-1"}, "invalid_request"),
    ],
)
async def test_a_card_that_cannot_be_is_refused_whole(tenant, changes, code):
    await publish(tenant, "2026-01-01T00:00:00Z", 1)
    assert await code_of(publish(tenant, **{"valid_from": "2026-02-01T00:00:00Z", "price": 2, **changes})) == code
    assert len(await walk(tenant, list_rate_cards, 9)) == 2


async def test_a_card_is_csv(world):
    request = Request(None, {}, {"currency": "USD"}, {"content-type": "application/json"}, b"{}")
    assert await code_of(publish_rate_card(world.services, request)) == "unsupported_media_type"


@pytest.mark.parametrize(
    ("question", "prefix", "per_minute"),
    [
        ({"number": LONDON}, "44207", "0.020000"),
        ({"number": BOSTON}, "1", "0.500000"),
        ({"number": LONDON, "card": "gold"}, "44", "2.000000"),
        ({"number": LONDON, "card": "gold", "at": "2026-01-31T23:59:59Z"}, "44", "1.000000"),
        ({"number": LONDON, "card": "gold", "at": "2026-02-01T00:00:00Z"}, "44", "2.000000"),
        ({"number": "+442079*****"}, "44207", "0.020000"),
    ],
)
async def test_what_a_call_costs_now_or_on_a_date(tenant, question, prefix, per_minute):
    await publish(tenant, "2026-01-01T00:00:00Z", 1)
    await publish(tenant, "2026-02-01T00:00:00Z", 2)
    rate = (await tenant.request(look_up_rate, question)).value
    assert (rate["prefix"], rate["perMinute"], rate["emergency"]) == (prefix, usd(per_minute), False)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"number": "+861012345678"}, "no_rate"),
        ({"number": LONDON, "card": "silver"}, "no_rate"),
        ({"number": LONDON, "at": "2020-01-01T00:00:00Z"}, "no_rate"),
        ({"number": "+4420*******"}, "no_rate"),
        ({"number": LONDON, "direction": "in"}, "no_rate"),
        ({"number": LONDON, "direction": "both"}, "invalid_request"),
        ({"number": "London"}, "invalid_request"),
        ({"number": LONDON, "at": "today"}, "invalid_request"),
        ({"number": LONDON, "at": 1_772_366_400}, "invalid_request"),
        ({}, "invalid_request"),
    ],
)
async def test_what_cannot_be_answered_says_why(tenant, question, code):
    assert await code_of(tenant.request(look_up_rate, question)) == code


async def test_a_masked_number_that_two_rates_fit_has_no_rate_and_the_answer_says_why(tenant):
    with pytest.raises(ProblemError, match="more than one outbound rate"):
        await tenant.request(look_up_rate, {"number": "+4420*******"})


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ({"card": "other"}, "there is no rate card other"),
        ({"direction": "in"}, "rate card default has no inbound rate for this number at "),
        ({"at": "2001-01-01T00:00:00Z"}, "rate card default has no outbound rate for this number at 2001-"),
    ],
)
async def test_an_answer_without_a_rate_names_what_is_missing(tenant, question, why):
    with pytest.raises(ProblemError, match=why):
        await tenant.request(look_up_rate, {"number": LONDON, **question})


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"number": "+448001234567", "direction": "in"}, ("in", "44800", "0.030000")),
        ({"number": "+448001234567", "direction": "out"}, ("out", "44", "0.010000")),
        ({"number": "+448001234567"}, ("out", "44", "0.010000")),
        ({"number": "+448001234567", "direction": None}, ("out", "44", "0.010000")),
    ],
)
async def test_a_rate_in_either_direction(tenant, question, found):
    head, line = f"{CARD.splitlines()[0]},direction", "United Kingdom,mixed,GB"
    text = f"{head}\n44,{line},0.01,0,60,60,out\n44800,{line},0.03,0,60,60,in\n"
    await tenant.world.publish(text.encode(), "toll-free")
    rate = (await tenant.request(look_up_rate, {**question, "card": "toll-free"})).value
    assert (rate["direction"], rate["prefix"], rate["perMinute"]) == (found[0], found[1], usd(found[2]))


@pytest.mark.parametrize("number", ["911", "+911", "+1911", "112"])
async def test_an_emergency_call_is_free_whatever_the_card_says(tenant, number):
    assert (await tenant.request(look_up_rate, {"number": number})).value["emergency"] is True


async def test_an_emergency_number_is_known_to_an_operator_without_an_account(world):
    rate: Any = (await Tenant(world, OTHER).request(look_up_rate, {"number": "+911"})).value
    assert rate["emergency"] is True


async def test_a_short_number_with_a_plus_is_none_where_it_reaches_no_emergency_service(tenant):
    assert await code_of(tenant.request(look_up_rate, {"number": "+999"})) == "invalid_request"
