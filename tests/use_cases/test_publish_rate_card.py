"""A version of a rate card is published whole or not at all, and every flaw is named by its line (R9)."""

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


async def publish(world, *rates, card="default", valid_from=SPRING, currency="USD", media="text/csv", **query):
    asked = request(
        body="\n".join([HEAD, *(rates or (LEEDS,))]),
        headers={"content-type": media} if media else {},
        query={"currency": currency, **query} if currency else query,
        card=card,
        validFrom=quote(valid_from),
    )
    return await publish_rate_card(world.services, asked)


async def refusal(asked):
    with pytest.raises(ProblemError) as told:
        await asked
    assert told.value.detail
    return told.value


async def published(world):
    shown: Any = (await list_rate_cards(world.services, request())).value
    return [(version["card"], version["validFrom"]) for version in shown["items"]]


async def test_a_new_version_is_there_and_says_what_it_holds(world):
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
async def test_a_new_card_in_a_currency_that_nobody_pays_with_is_refused_by_its_field(world, currency):
    """No account could ever be opened with it."""
    for query in ({}, {"dryRun": "true"}):
        told = await refusal(publish(world, currency=currency, **query))
        assert (told.code, [flaw.pointer for flaw in told.flaws]) == ("invalid_request", ["/currency"])
    assert await published(world) == []


async def test_a_card_that_is_there_is_published_anew_though_its_currency_has_gone(world):
    """Its accounts go on."""
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
    told: Any = reply.value
    assert told["dryRun"] is True
    changes = {name: told[name] for name in ("rows", "added", "removed", "dearer", "cheaper")}
    assert changes == {"rows": 2, "added": 1, "removed": 0, "dearer": 1, "cheaper": 0}
    assert (await world.rates.in_force("default", world.clock.now())).rates.keys() == {"44"}


async def test_a_dry_run_of_a_new_card_publishes_none(world):
    assert (await publish(world, dryRun="true")).status == 200
    assert await published(world) == []


@pytest.mark.parametrize("media", ["text/csv", "Text/CSV", " text/csv ; charset=utf-8", "text/csv;header=present"])
async def test_a_rate_card_is_csv_however_the_header_is_written(world, media):
    assert (await publish(world, media=media)).status == 201


@pytest.mark.parametrize("media", ["", "application/json", "text/plain", "text/csvx"])
async def test_what_is_no_csv_is_not_read(world, media):
    assert (await refusal(publish(world, media=media))).code == "unsupported_media_type"
    assert await published(world) == []


@pytest.mark.parametrize(("over", "code"), [(0, "invalid_request"), (1, "payload_too_large")])
async def test_eight_mebibytes_are_read_and_not_a_byte_more(world, over, code):
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
        {"valid_from": "0001-01-01T00:00:00+14:00"},  # no instant of the calendar
    ],
    ids=str,
)
async def test_name_currency_and_instant_are_what_they_should_be(world, wrong):
    assert (await refusal(publish(world, **wrong))).code == "invalid_request"
    assert await published(world) == []


@pytest.mark.parametrize("card", ["a", "A.b_c-9", "a" * 64])
async def test_a_name_has_up_to_64_letters_digits_and_signs(world, card):
    assert (await publish(world, card=card)).status == 201
    assert await published(world) == [(card, SPRING)]


async def test_every_flaw_is_named_by_line_and_column_and_nothing_is_changed(world):
    told = await refusal(publish(world, LEEDS, "abc,Nowhere,mixed,GB,0.01,0,60,60", "33,France,mixed,FR,dear,0,60,60"))
    assert told.code == "invalid_request"
    assert [(flaw.pointer, flaw.code) for flaw in told.flaws] == [("/3/prefix", "invalid"), ("/4/perMinute", "invalid")]
    assert all(flaw.detail for flaw in told.flaws)
    assert await published(world) == []


async def test_a_card_keeps_its_currency(world):
    await publish(world)
    assert (await refusal(publish(world, currency="EUR"))).code == "currency_mismatch"
    assert (
        await refusal(publish(world, currency="EUR", valid_from="2026-04-01T00:00:00Z"))
    ).code == "currency_mismatch"
    assert await published(world) == [("default", SPRING)]
