"""Amounts have the same format in requests, settings, rate cards and on the command line (CONTRACT 2)."""

import click
import pytest

from operations.parameter_types import AMOUNT
from shared.kernel.money import MICROS
from shared.rating.card_csv import CardProblems, read_rates
from tests.reading_settings import smallest_of
from tests.tenant import code_of, usd

HEADER = "prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds"

AMOUNTS = {
    "5": 5 * MICROS,
    "5.5": 5_500_000,
    "5.123456": 5_123_456,
    "0.000001": 1,
    "0000000005": 5 * MICROS,  # leading zeros do not matter
    "5.000000": 5 * MICROS,
    "999999.999999": 999_999_999_999,
}
NO_AMOUNTS = [
    *(
        "",
        " ",
        "-",
        ".",
        "5.",
        ".5",
        "-5",
        "-0",
        "+5",
        "5e2",
        "5E2",
        "1e400",
        "Infinity",
        "NaN",
        "0x5",
        "5_000",
        "1,000",
    ),
    *(" 5", "5 ", "5\n", "\t5", "5.1234567", "00000000005", "2000000000", "9999999999", "9" * 5_000, "5.5.5", "$5"),
    *("\u0665\u0660", "\uff15", "5\u00a0", "\u00b2", "5\u0663", "5.\u0663", "\x005", "\u22125"),
]


async def requests(tenant, text):
    """A request for each field that contains an amount, with *text* in it."""
    money, order = usd(text), {"enabled": True, "trigger": usd("10"), "amount": usd("50")}
    yield tenant.grant(text, f"reference {text!r}"[:200], key="key")
    yield tenant.buy(text, key="key")
    for field in ("trigger", "amount", "largestCharge", "monthlyCap"):
        yield tenant.set_auto_recharge(**{**order, field: money})


@pytest.mark.parametrize("text", NO_AMOUNTS)
async def test_invalid_amounts_are_rejected_in_every_field_of_every_request(tenant, text):
    async for sent in requests(tenant, text):
        assert await code_of(sent) == "invalid_request"


@pytest.mark.parametrize("value", [5, 5.0, None, True, [], {}])
async def test_an_amount_must_be_a_string_because_json_numbers_may_be_rounded(tenant, value):
    async for sent in requests(tenant, value):
        assert await code_of(sent) == "invalid_request"


@pytest.mark.parametrize(("text", "micros"), AMOUNTS.items())
async def test_an_amount_is_granted_to_the_micro_unit(tenant, text, micros):
    granted = (await tenant.grant(text, "reference")).value
    assert granted["original"]["amount"] == f"{micros // MICROS}.{micros % MICROS:06d}"


@pytest.mark.parametrize(("text", "micros"), AMOUNTS.items())
def test_settings_rate_cards_and_the_command_line_accept_the_same_amounts(text, micros):
    assert smallest_of(f"SEK={text}")["SEK"] == micros
    found = read_rates(f"{HEADER}\n44,UK,x,GB,{text},{text},0,1".encode())
    assert not isinstance(found, CardProblems)
    assert (found.rates["44"].per_minute, found.rates["44"].connection_fee) == (micros, micros)
    assert AMOUNT.convert(text, None, None) == text


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_settings_rate_cards_and_the_command_line_reject_the_same_amounts(text):
    if text.strip() == text:  # blanks around elements of a list and fields of a spreadsheet are ignored
        with pytest.raises(ValueError, match="list such as"):
            smallest_of(f"SEK=500,NOK={text}")
        assert isinstance(read_rates(f'{HEADER}\n44,UK,x,GB,"{text}",0,0,1'.encode()), CardProblems)
    with pytest.raises(click.UsageError):
        AMOUNT.convert(text, None, None)


@pytest.mark.parametrize("text", ["sek=500", "SEK", "=500", "SEK:500", "\u0405EK=500"])
def test_an_unknown_currency_in_a_setting_is_reported_at_the_start(text):
    with pytest.raises(ValueError, match="list such as"):
        smallest_of(text)
