"""A lot's name consists of its time and its origin: names sort by time and are unique."""

import re
from dataclasses import replace

import pytest

from shared.ledger.change import EventName
from shared.ledger.grant import grant, new_lot_id
from tests.rules.books import INSTANT, NOON, book, funds

PAYMENT = EventName("payment", "pi_1")


def at_page(sequence):
    before = book()
    return replace(before, position=replace(before.position, sequence=sequence))


def test_a_lot_name_is_its_time_and_ten_characters_of_its_origin():
    assert re.fullmatch(r"20260301120000000000-[0-9a-f]{10}", new_lot_id(book(), PAYMENT, now=NOON))


def test_lot_names_sort_by_time():
    assert new_lot_id(book(), PAYMENT, now=NOON) < new_lot_id(book(), PAYMENT, now=NOON + INSTANT)


@pytest.mark.parametrize(
    ("before", "origin"),
    [
        (at_page(0), EventName("payment", "pi_2")),
        (at_page(0), EventName("grant", "pi_1")),
        (at_page(1), PAYMENT),  # decided again, on a later page
    ],
)
def test_lots_of_one_instant_with_other_origins_have_other_names(before, origin):
    assert new_lot_id(before, origin, now=NOON) != new_lot_id(at_page(0), PAYMENT, now=NOON)


def test_the_movement_of_a_grant_contains_its_payment():
    [movement] = grant(book(), funds(100, name="pi_7"), now=NOON).movements
    assert movement.event == EventName("payment", "pi_7")
