"""Stored cards: each plastic once, in the order in which they are tried, and never more than ten."""

from shared.ledger.settings import Settings
from tests.rules.books import card


def names(settings):
    return [each.id for each in settings.cards]


def test_a_new_card_stands_behind_the_others():
    assert names(Settings().with_card(card("first")).with_card(card("second"))) == ["first", "second"]


def test_the_same_plastic_under_another_name_is_not_a_second_card():
    one = Settings().with_card(card("one", fingerprint="print"))
    assert one.with_card(card("again", fingerprint="print")) == one


def test_the_same_number_with_a_new_expiry_date_is_a_new_card():
    one = Settings().with_card(card("one", fingerprint="print", year=2030))
    assert names(one.with_card(card("renewed", fingerprint="print", year=2034))) == ["one", "renewed"]


def test_the_tenth_card_is_kept_and_the_eleventh_is_not():
    settings = Settings()
    for number in range(11):
        settings = settings.with_card(card(f"card {number}"))
    assert names(settings) == [f"card {number}" for number in range(10)]
