"""docs/cards.md has the tables that `./dev prove cards` compares with the running service."""

from pathlib import Path

import pytest

from local.stand_ins.stripe.cards import TEST_CARDS
from tests.proofs.prove.cards import dispute_table, table

PAGE = Path(__file__).parents[2] / "docs" / "cards.md"


@pytest.mark.parametrize("shown", [table, dispute_table])
def test_the_document_has_the_tables_of_the_claim(shown):
    assert shown.markdown() in PAGE.read_text()


def test_every_test_card_of_the_stand_in_has_a_row():
    rows = {row.method: row.number for row in table.TABLE}
    rows |= {row.method: row.number for row in dispute_table.DISPUTES}
    assert rows == {method: card.last4 for method, card in TEST_CARDS.items()}
