"""The differences between versions: each prefix is counted once, by its price per minute first."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.rating.card_differences import Differences, differences
from shared.rating.rate_card import Rate, RateCard

RATE = Rate("44", "United Kingdom", "mixed", "GB", 10_000, 5_000, 60, 30)


def card(*rates):
    return RateCard("default", "USD", datetime(2026, 3, 1, tzinfo=UTC), {rate.prefix: rate for rate in rates})


@pytest.mark.parametrize(
    ("new", "dearer", "cheaper"),
    [
        ({"per_minute": 10_001}, 1, 0),
        ({"per_minute": 9_999}, 0, 1),
        ({"connection_fee": 5_001}, 1, 0),
        ({"minimum_seconds": 61}, 1, 0),
        ({"increment_seconds": 1}, 0, 1),
        ({"per_minute": 9_999, "connection_fee": 6_000}, 0, 1),
        ({"name": "Great Britain", "type": "landline", "country": "UK"}, 0, 0),
    ],
    ids=str,
)
def test_a_rate_is_dearer_or_cheaper_by_its_price_only(new, dearer, cheaper):
    assert differences(card(replace(RATE, **new)), card(RATE)) == Differences(1, 0, 0, dearer, cheaper)


def test_added_and_removed_prefixes_are_reported():
    new = card(RATE, replace(RATE, prefix="33"), replace(RATE, prefix="49"))
    assert differences(new, card(RATE, replace(RATE, prefix="1"))) == Differences(3, 2, 1, 0, 0)


def test_in_a_cards_first_version_every_rate_is_new():
    assert differences(card(RATE), None) == Differences(1, 1, 0, 0, 0)


def test_a_prefix_of_one_direction_is_not_that_of_the_other():
    outbound = card(RATE)
    inbound = replace(outbound, rates={}, inbound={"44": replace(RATE, per_minute=1)})
    assert differences(inbound, outbound) == Differences(1, 1, 1, 0, 0)


def test_both_directions_are_counted():
    dearer = replace(RATE, per_minute=10_001)
    before = replace(card(RATE), inbound={"44": RATE, "1800": RATE})
    after = replace(card(RATE), inbound={"44": dearer, "49800": RATE})
    assert differences(after, before) == Differences(3, 1, 1, 1, 0)
