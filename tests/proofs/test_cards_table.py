"""docs/cards.md has the table that `./dev prove cards` compares with the running service."""

from pathlib import Path

from local.stand_ins.stripe.cards import TEST_CARDS
from tests.proofs.prove.cards.table import TABLE, markdown

AFTER_THE_CHARGE = {"0259", "2685", "1976", "5423"}
"""Disputes and warnings: what follows is not about the card."""


def test_the_document_has_the_table_of_the_claim():
    assert markdown() in (Path(__file__).parents[2] / "docs" / "cards.md").read_text()


def test_every_test_card_of_the_stand_in_has_a_row():
    rows = {row.method: row.number for row in TABLE}
    cards = {method: card.last4 for method, card in TEST_CARDS.items()}
    assert rows == {method: number for method, number in cards.items() if number not in AFTER_THE_CHARGE}
