"""The column `direction` of the full form (CONTRACT 2): `out` or `in`, empty means out."""

import pytest

from shared.rating.card_csv import FULL_FORM, PUBLISHED_FORM, CardProblems, read_rates
from tests.rules.rating.cards import read

FULL = ",".join((*FULL_FORM, "direction"))
LINE = "44,United Kingdom,landline,GB,0.015,0,60,60"
TOLL_FREE = "44800,United Kingdom,toll-free,GB,0.03,0,60,60"


def problems(text):
    found = read_rates(text.encode())
    assert isinstance(found, CardProblems)
    return [(each.line, each.column, each.detail) for each in found.problems]


@pytest.mark.parametrize(
    ("direction", "outbound", "inbound"),
    [("out", {"44800"}, set()), ("in", set(), {"44800"}), ("", {"44800"}, set()), (" in ", set(), {"44800"})],
)
def test_a_rate_has_the_direction_of_its_line(direction, outbound, inbound):
    found = read(f"{FULL}\n{TOLL_FREE},{direction}")
    assert (found.rates.keys(), found.inbound.keys()) == (outbound, inbound)


def test_the_column_may_be_anywhere():
    text = "direction,prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds"
    assert read(f"{text}\nin,{TOLL_FREE}").inbound["44800"].per_minute == 30_000


def test_without_the_column_every_rate_is_outbound():
    found = read(f"{','.join(FULL_FORM)}\n{LINE}")
    assert (found.rates.keys(), found.inbound) == ({"44"}, {})


def test_a_prefix_occurs_once_for_each_direction():
    found = read(f"{FULL}\n{LINE},out\n{LINE.replace('0.015', '0.02')},in")
    assert (found.rates["44"].per_minute, found.inbound["44"].per_minute) == (15_000, 20_000)


@pytest.mark.parametrize("direction", ["out", "in"])
def test_a_prefix_twice_in_one_direction_is_a_problem(direction):
    text = f"{FULL}\n{LINE},in\n{LINE},out\n{LINE},{direction}"
    assert problems(text) == [(4, "prefix", f"44 is already in line {2 if direction == 'in' else 3}")]


@pytest.mark.parametrize("direction", ["both", "IN", "inbound", "0"])
def test_another_direction_is_a_problem(direction):
    assert problems(f"{FULL}\n{LINE},{direction}") == [
        (2, "direction", "a direction is “out” or “in”; empty means out")
    ]


@pytest.mark.parametrize("header", [f"{FULL},direction", f"{','.join(PUBLISHED_FORM)},direction"])
def test_only_the_full_form_has_the_column_once(header):
    [(line, column, detail)] = problems(f"{header}\n{LINE},in,in")
    assert (line, column, "the header is neither" in detail) == (1, "", True)
