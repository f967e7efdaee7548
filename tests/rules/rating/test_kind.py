"""R7: the kind of an outbound call: premium by the number or the rate, a conference, else by the country."""

from dataclasses import replace

import pytest

from shared.rating.kind import CHARGED, FREE, CallKind, is_premium_number, outbound_kind
from shared.rating.numbers import read_number
from shared.rating.rate_card import Rate

LONDON = Rate("44207", "London", "landline", "GB", 20_000, 0, 60, 60)


def kind(rate=LONDON, *, is_conference=False, is_premium=False, home="US"):
    return outbound_kind(
        rate, is_conference=is_conference, is_premium=is_premium, is_domestic=lambda country: country == home
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (kind(), CallKind.INTERNATIONAL),
        (kind(home="GB"), CallKind.DOMESTIC),
        (kind(replace(LONDON, country=""), home="GB"), CallKind.INTERNATIONAL),  # a satellite
        (kind(is_conference=True), CallKind.CONFERENCE_DIAL_OUT),
        (kind(is_conference=True, home="GB"), CallKind.CONFERENCE_DIAL_OUT),
        (kind(is_premium=True), CallKind.PREMIUM),
        (kind(is_premium=True, is_conference=True, home="GB"), CallKind.PREMIUM),  # premium comes first
        (kind(replace(LONDON, type="Premium Rate"), home="GB"), CallKind.PREMIUM),
        (kind(replace(LONDON, type="nonPREMIUMlike")), CallKind.PREMIUM),  # the type is free text
        (kind(replace(LONDON, name="UK - premium services")), CallKind.PREMIUM),
        (kind(replace(LONDON, type="mixed", name="United Kingdom")), CallKind.INTERNATIONAL),
    ],
)
def test_the_kind_of_an_outbound_call(found, expected):
    assert found is expected


@pytest.mark.parametrize(
    ("number", "is_premium"),
    [
        ("+449098790000", True),  # a British premium-rate number
        ("+19002345678", True),
        ("+442079460123", False),
        ("+18005550100", False),
        ("+4490987*****", False),  # masked: the rate decides
        ("+99999999999", False),  # in no numbering plan
        ("911", False),
    ],
)
def test_premium_numbers(number, is_premium):
    read = read_number(number)
    assert read is not None
    assert is_premium_number(read) is is_premium


def test_every_kind_is_free_or_charged():
    assert {*CHARGED, *FREE} == set(CallKind)
    assert not {*CHARGED} & FREE
    assert {CallKind.EMERGENCY, CallKind.INBOUND} == FREE
