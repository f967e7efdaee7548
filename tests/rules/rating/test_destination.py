import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rating.destination import Unrated, destination
from shared.rating.numbers import InternationalNumber
from shared.rating.rate_card import Direction
from tests.rules.rating.cards import card, number, rate

OUT = Direction.OUT
CARD = card(rate("1"), rate("1809"), rate("44"), rate("4420"), rate("447"), rate("447509"))


@pytest.mark.parametrize(
    ("called", "prefix"),
    [
        ("+442079460123", "4420"),
        ("+441632960123", "44"),
        ("+447508000000", "447"),
        ("+447509000000", "447509"),
        ("+14255550101", "1"),
        ("+18095550123", "1809"),  # the Dominican Republic is not part of the United States
        ("+4930123456", Unrated.NO_RATE),
        ("911", Unrated.NO_RATE),
        ("44207", Unrated.NO_RATE),  # short: not London
    ],
)
def test_the_longest_prefix_wins(called, prefix):
    found = destination(CARD, number(called), OUT)
    assert (found if isinstance(found, Unrated) else found.prefix) == prefix


@pytest.mark.parametrize(
    ("called", "prefix"),
    [
        ("+442079460***", "4420"),  # no longer prefix continues 442079460
        ("+1425555****", "1"),
        ("+180*******", Unrated.MASKED_NUMBER),  # 1809 could continue
        ("+1809*******", "1809"),
        ("+44750*******", Unrated.MASKED_NUMBER),  # 447509 could continue
        ("+44751*******", "447"),
        ("+4475****", Unrated.MASKED_NUMBER),  # 447509 ends inside the mask
        ("+4475***", Unrated.MASKED_NUMBER),
        ("+44*****", Unrated.MASKED_NUMBER),
        ("+4930123***", Unrated.NO_RATE),  # no prefix matches any hidden digits
        ("+4******", Unrated.MASKED_NUMBER),
    ],
)
def test_a_masked_number_is_rated_only_if_the_hidden_digits_do_not_matter(called, prefix):
    found = destination(CARD, number(called), OUT)
    assert (found if isinstance(found, Unrated) else found.prefix) == prefix


def test_a_prefix_longer_than_the_masked_number_does_not_match():
    deep = card(rate("44"), rate("4420123456"))
    assert destination(deep, InternationalNumber("44201234", 1), OUT) == deep.rates["44"]
    assert destination(deep, InternationalNumber("44201234", 2), OUT) is Unrated.MASKED_NUMBER


digits = st.text("12", min_size=1, max_size=6)


@given(st.sets(digits, max_size=8), st.text("12", min_size=3, max_size=5), st.integers(1, 3))
def test_a_rated_masked_number_has_the_rate_of_every_possible_number(prefixes, visible, hidden):
    rates = card(*(rate(prefix) for prefix in prefixes))
    masked = destination(rates, InternationalNumber(visible, hidden), OUT)
    if masked is Unrated.MASKED_NUMBER:
        continuing = [p for p in prefixes if p.startswith(visible) and len(visible) < len(p) <= len(visible) + hidden]
        assert continuing
        return
    hiding = [f"{end:0{hidden}b}".replace("0", "2") for end in range(2**hidden)]
    assert {destination(rates, InternationalNumber(visible + end, 0), OUT) for end in hiding} == {masked}


TOLL_FREE = card(rate("1"), rate("44", 15_000), inbound=(rate("1800"), rate("44800"), rate("44", 7)))


@pytest.mark.parametrize(
    ("called", "direction", "prefix"),
    [
        ("+18005550199", Direction.IN, "1800"),
        ("+18005550199", Direction.OUT, "1"),
        ("+14255550101", Direction.IN, Unrated.NO_RATE),
        ("+4480012*****", Direction.IN, "44800"),
        ("+4480*******", Direction.IN, Unrated.MASKED_NUMBER),  # 44800 of direction in could continue
        ("+4480*******", Direction.OUT, "44"),
        ("1800", Direction.IN, Unrated.NO_RATE),
    ],
)
def test_each_direction_has_its_own_prefixes(called, direction, prefix):
    found = destination(TOLL_FREE, number(called), direction)
    assert (found if isinstance(found, Unrated) else found.prefix) == prefix


def test_a_prefix_has_a_price_for_each_direction():
    found = [destination(TOLL_FREE, number("+442079460123"), direction) for direction in Direction]
    assert found == [rate("44", 15_000), rate("44", 7)]
