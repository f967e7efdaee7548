"""The settings of amounts and of auto-recharge (docs/settings.md)."""

import pytest

from shared.kernel.money import MICROS
from shared.recharge.rules import BURST_MAX
from tests.reading_settings import settings_of


def test_the_largest_amounts_bound_purchases_and_recharges():
    settings = settings_of(Purchases__largest="USD=2000, JPY=300000")
    assert settings.amount_limits.largest_of("USD") == 2_000 * MICROS
    assert settings.amount_limits.largest_of("EUR") == 999_999_990_000
    assert settings.recharge_rules.largest == {"USD": 2_000 * MICROS, "JPY": 300_000 * MICROS}


@pytest.mark.parametrize("text", ["USD=49.99", "JPY=7499", "USD", "usd=50", "USD=-1", "USD=1e3"])
def test_a_largest_amount_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match="Purchases__largest"):
        settings_of(Purchases__largest=text)


@pytest.mark.parametrize(("text", "charges"), [("", BURST_MAX), ("1", 1), ("60", 60)])
def test_a_burst_is_a_number_of_charges_within_an_hour(text, charges):
    assert settings_of(Recharge__burstMax=text).recharge_rules.burst_max == charges


@pytest.mark.parametrize("text", ["0", "61", "-1", "many"])
def test_a_burst_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match="Recharge__burstMax"):
        settings_of(Recharge__burstMax=text)
