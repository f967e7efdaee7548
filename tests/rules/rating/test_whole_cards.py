import csv
import io
from datetime import UTC, datetime

import pytest

from shared.kernel.money import Money
from shared.rating.charge import charge
from shared.rating.destination import Unrated, destination
from shared.rating.rate_card import Direction, RateCard
from tests.reference import CHECKOUT, reference
from tests.rules.rating.cards import number, rates_of


def published(text):
    return RateCard("published", "USD", datetime(2026, 1, 1, tzinfo=UTC), rates_of(text))


@pytest.fixture(scope="module")
def text():
    return reference("communication-services-pstn-rates.csv").read_bytes()


def test_the_published_card_of_azure_communication_services_is_read_completely(text):
    rates = rates_of(text)
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(rates) == len(lines) == 6_592
    for line in lines:
        assert Money(rates[line["Prefix"]].per_minute, "USD") == Money.parse(line["Price / min"], "USD")


@pytest.mark.parametrize(
    ("called", "name", "price"),
    [
        ("+442079460123", "United Kingdom-London", "0.045000"),
        ("+441632960123", "United Kingdom", "0.045000"),
        ("+447700900123", "United Kingdom-Mobile", "0.960000"),
        ("+819012345678", "Japan - Mobile", "0.555000"),
        ("+93701234567", "Afghanistan", "0.960000"),
        ("+4420794601**", "United Kingdom-London", "0.045000"),
    ],
)
def test_a_call_of_130_s_costs_three_minutes_of_the_published_price(text, called, name, price):
    card = published(text)
    rate = destination(card, number(called), Direction.OUT)
    assert not isinstance(rate, Unrated)
    assert (rate.name, charge(card.name, card.currency, rate, seconds=130, free=0).amount) == (
        name,
        Money.parse(price, "USD"),
    )


def test_a_mask_over_a_published_mobile_prefix_hides_the_price(text):
    assert destination(published(text), number("+4475*******"), Direction.OUT) is Unrated.MASKED_NUMBER


def test_the_sample_card_is_a_valid_rate_card():
    card = published((CHECKOUT / "local" / "sample" / "rates.csv").read_bytes())
    assert len(card.rates) < 500
    for called in ("+442079460123", "+14255550101", "+18005550199", "+819012345678", "+79123456789", "+33612345678"):
        assert not isinstance(destination(card, number(called), Direction.OUT), Unrated)
