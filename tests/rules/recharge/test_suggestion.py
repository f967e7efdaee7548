"""R1, R3: the auto-recharge that a portal suggests at the first purchase."""

import pytest

from shared.kernel.money import MICROS
from shared.ledger.settings import AutoRecharge
from shared.recharge.suggestion import suggestion


@pytest.mark.parametrize(
    ("smallest", "trigger", "largest"),
    [(50, 10, 250), (40, 8, 200), (7_500, 1_500, 37_500), (4, 0, 20), (9_000, 1_800, 40_000)],
)
def test_the_suggestion_is_the_smallest_amount_with_a_trigger_far_below_it(smallest, trigger, largest):
    found = suggestion(smallest * MICROS, 40_000 * MICROS)
    assert found == AutoRecharge(
        enabled=True, trigger=trigger * MICROS, amount=smallest * MICROS, largest_charge=largest * MICROS
    )
