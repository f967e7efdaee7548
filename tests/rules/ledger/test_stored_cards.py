"""Stored cards: each physical card once, in the order of charging, at most ten."""

from shared.ledger.settings import Settings
from tests.rules.books import card


def names(settings):
    return [each.id for each in settings.cards]


def test_a_new_card_is_added_last():
    assert names(Settings().with_card(card("first")).with_card(card("second"))) == ["first", "second"]


def test_the_same_card_under_another_id_is_not_stored_twice():
    one = Settings().with_card(card("one", fingerprint="print"))
    assert one.with_card(card("again", fingerprint="print")) == one


def test_the_same_number_with_a_new_expiry_date_is_a_new_card():
    one = Settings().with_card(card("one", fingerprint="print", year=2030))
    assert names(one.with_card(card("renewed", fingerprint="print", year=2034))) == ["one", "renewed"]


def test_ten_cards_can_be_stored_but_not_eleven():
    settings = Settings()
    for number in range(11):
        settings = settings.with_card(card(f"card {number}"))
    assert names(settings) == [f"card {number}" for number in range(10)]
