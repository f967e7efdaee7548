"""A version of a rate card is published completely or not at all; every problem is reported with its line (R9)."""

from typing import Any
from urllib.parse import quote

import pytest

from shared.kernel.times import parse_instant
from shared.rating.rate_card import RateCard
from shared.service.http import ProblemError
from shared.use_cases.rates.publish_rate_card import CARD_BYTES_MAX, publish_rate_card
from shared.views.rates import list_rate_cards
from tests.fakes.world import CARD, World, request

SPRING = "2026-03-01T00:00:00Z"
HEAD = CARD.splitlines()[0].decode()
LEEDS = "44,United Kingdom,mixed,GB,0.01,0,60,60"


@pytest.fixture
def world():
    """Nothing is published yet."""
    return World()


async def publish(
    world, *rates, card="default", valid_from=SPRING, currency="USD", media="text/csv", head=HEAD, **query
):
    sent = request(
        body="\n".join([head, *(rates or (LEEDS,))]),
        headers={"content-type": media} if media else {},
        query={"currency": currency, **query} if currency else query,
        card=card,
        validFrom=quote(valid_from),
    )
    return await publish_rate_card(world.services, sent)


async def refusal(sent):
    with pytest.raises(ProblemError) as raised:
        await sent
    assert raised.value.detail
    return raised.value


async def published(world):
    shown: Any = (await list_rate_cards(world.services, request())).value
    return [(version["card"], version["validFrom"]) for version in shown["items"]]


async def test_a_new_version_is_published_and_described(world):
    reply = await publish(world)
    assert reply.status == 201
    assert reply.value == {
        "card": "default",
        "currency": "USD",
        "validFrom": SPRING,
        "rates": 1,
        "dryRun": False,
    }
    assert await published(world) == [("default", SPRING)]


@pytest.mark.parametrize("currency", ["ZZZ", "XXX", "XAU"])  # no code, ISO 4217's code for no currency, gold
async def test_a_new_card_in_an_obsolete_currency_is_rejected_with_its_field(world, currency):
    """No account could be opened with it."""
    for query in ({}, {"dryRun": "true"}):
        answer = await refusal(publish(world, currency=currency, **query))
        assert (answer.code, [flaw.pointer for flaw in answer.flaws]) == ("invalid_request", ["/currency"])
    assert await published(world) == []


async def test_an_existing_card_in_an_obsolete_currency_can_get_a_new_version(world):
    """Its accounts continue to work."""
    await world.services.rates.publish(RateCard("old", "HRK", parse_instant(SPRING), {}))
    assert (await publish(world, card="old", currency="HRK", valid_from="2026-04-01T00:00:00Z")).status == 201


async def test_the_same_version_again_replaces_it_and_another_instant_is_a_new_one(world):
    await publish(world)
    assert (await publish(world)).status == 200
    assert (await publish(world, valid_from="2026-04-01T00:00:00Z")).status == 201
    assert (await publish(world, card="other", currency="EUR")).status == 201
    assert len(await published(world)) == 3


async def test_a_dry_run_says_what_would_change_and_changes_nothing(world):
    await publish(world)
    dearer, new = LEEDS.replace("0.01", "0.02"), "33,France,mixed,FR,0.01,0,60,60"
    reply = await publish(world, dearer, new, dryRun="true")
    assert reply.status == 200
    answer: Any = reply.value
    assert answer["dryRun"] is True
    changes = {name: answer[name] for name in ("rows", "added", "removed", "dearer", "cheaper")}
    assert changes == {"rows": 2, "added": 1, "removed": 0, "dearer": 1, "cheaper": 0}
    assert (await world.rates.in_force("default", world.clock.now())).rates.keys() == {"44"}


async def test_a_dry_run_counts_both_directions(world):
    head = f"{HEAD},direction"
    old = f"{LEEDS},out", f"{LEEDS},in", "1800,Toll-free,mixed,US,0.01,0,60,60,in"
    assert (await publish(world, *old, head=head)).value["rates"] == 3
    new = f"{LEEDS},", LEEDS.replace("0.01", "0.005") + ",in", "33,France,mixed,FR,0.01,0,60,60,in"
    answer: Any = (await publish(world, *new, head=head, dryRun="true")).value
    changes = {name: answer[name] for name in ("rows", "added", "removed", "dearer", "cheaper")}
    assert changes == {"rows": 3, "added": 1, "removed": 1, "dearer": 0, "cheaper": 1}


async def test_a_dry_run_of_a_new_card_publishes_nothing(world):
    assert (await publish(world, dryRun="true")).status == 200
    assert await published(world) == []


@pytest.mark.parametrize("media", ["text/csv", "Text/CSV", " text/csv ; charset=utf-8", "text/csv;header=present"])
async def test_the_content_type_csv_is_accepted_in_every_spelling(world, media):
    assert (await publish(world, media=media)).status == 201


@pytest.mark.parametrize("media", ["", "application/json", "text/plain", "text/csvx"])
async def test_other_content_types_are_rejected(world, media):
    assert (await refusal(publish(world, media=media))).code == "unsupported_media_type"
    assert await published(world) == []


@pytest.mark.parametrize(("over", "code"), [(0, "invalid_request"), (1, "payload_too_large")])
async def test_the_body_may_have_eight_mebibytes(world, over, code):
    assert CARD_BYTES_MAX == 8 * 1024 * 1024
    room = CARD_BYTES_MAX - len(HEAD) - 1
    assert (await refusal(publish(world, "x" * (room + over)))).code == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"card": "a/b"},
        {"card": ""},
        {"card": "-a"},
        {"card": "a" * 65},
        {"currency": ""},
        {"currency": "usd"},
        {"currency": "USDX"},
        {"valid_from": "yesterday"},
        {"valid_from": "2026-03-01"},
        {"valid_from": "0001-01-01T00:00:00+14:00"},  # not a date of the calendar
    ],
    ids=str,
)
async def test_invalid_names_currencies_and_instants_are_rejected(world, wrong):
    assert (await refusal(publish(world, **wrong))).code == "invalid_request"
    assert await published(world) == []


@pytest.mark.parametrize("card", ["a", "A.b_c-9", "a" * 64])
async def test_a_name_has_up_to_64_permitted_characters(world, card):
    assert (await publish(world, card=card)).status == 201
    assert await published(world) == [(card, SPRING)]


async def test_every_problem_is_reported_by_line_and_column_and_nothing_is_changed(world):
    answer = await refusal(
        publish(world, LEEDS, "abc,Nowhere,mixed,GB,0.01,0,60,60", "33,France,mixed,FR,dear,0,60,60")
    )
    assert answer.code == "invalid_request"
    assert [(flaw.pointer, flaw.code) for flaw in answer.flaws] == [
        ("/3/prefix", "invalid"),
        ("/4/perMinute", "invalid"),
    ]
    assert all(flaw.detail for flaw in answer.flaws)
    assert await published(world) == []


async def test_a_card_keeps_its_currency(world):
    await publish(world)
    assert (await refusal(publish(world, currency="EUR"))).code == "currency_mismatch"
    assert (
        await refusal(publish(world, currency="EUR", valid_from="2026-04-01T00:00:00Z"))
    ).code == "currency_mismatch"
    assert await published(world) == [("default", SPRING)]
