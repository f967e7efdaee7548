"""Falsifications of every kind of row: changed, lost and added."""

from tests.audit.falsified import calls, limits, lots, markers, pages, purchases, strangers, waiting

FALSIFIED = [
    *lots.FALSIFIED,
    *purchases.FALSIFIED,
    *markers.FALSIFIED,
    *strangers.FALSIFIED,
    *waiting.FALSIFIED,
    *pages.FALSIFIED,
    *limits.FALSIFIED,
    *calls.FALSIFIED,
]
