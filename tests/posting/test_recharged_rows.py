"""What recharges took is stored as 0.1.0 stored it, with further fields only where there are any."""

from datetime import UTC, datetime

import pytest

from shared.ledger.book import Recharged
from shared.posting.journal.recharged_rows import recharged_facts, recharged_in, recharged_of, recharged_values

AT = datetime(2026, 3, 31, 23, 59, 59, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "recharged",
    [
        Recharged("", 0),
        Recharged("2026-03", 50),
        Recharged("2026-03", 50, 90),
        Recharged("2026-03", 50, recent=(AT,)),
        Recharged("2026-03", 50, 100, (AT, AT.replace(microsecond=6))),
    ],
)
def test_what_is_written_is_read_back(recharged):
    assert recharged_of(recharged_values(recharged)) == recharged
    assert recharged_in(recharged_facts(recharged)) == recharged


def test_the_form_of_0_1_is_kept_as_long_as_nothing_is_added():
    assert recharged_values(Recharged("2026-03", 50)) == {"rechargedMonth": "2026-03", "rechargedAmount": 50}
    assert recharged_facts(Recharged("2026-03", 50)) == {"recharged": ["2026-03", 50]}
