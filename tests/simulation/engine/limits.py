"""Reduces limits of the real code in some runs, so that a few calls fill a commit, a group or a page of a list."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any
from unittest import mock

from shared.adapters.storage import suspense_tables
from shared.posting import ledger, outbox
from shared.posting.journal import reads
from shared.posting.loop import account_loop, group, lookahead, settled_events, waiting_records


@contextmanager
def small_limits(rng: Random, always: tuple[tuple[Any, str, int], ...]) -> Iterator[None]:
    """Randomly reduce limits inside the block; those in *always* get the given values."""
    small = (
        (group, "ROWS_MAX", (8, 16)),
        (lookahead, "FULL", (1, 2)),
        (account_loop, "DECISIONS_PER_ROUND_MAX", (3, 8)),
        (ledger, "LOOPS_MAX", (1,)),
        (outbox, "ROWS_AT_ONCE", (1, 2)),
        (waiting_records, "ENOUGH", (1, 3)),
        (reads, "PAGES_AT_ONCE", (2,)),
        (settled_events, "FEW", (0,)),
        (settled_events, "PAGES_AT_FIRST", (1, 2)),
        (settled_events, "REFUSALS_MAX", (1, 2)),
        (suspense_tables, "AT_ONCE", (1, 2)),
    )
    with ExitStack() as limits:
        for where, name, values in small:
            if rng.random() < 0.4:
                limits.enter_context(mock.patch.object(where, name, rng.choice(values)))
        for where, name, value in always:
            limits.enter_context(mock.patch.object(where, name, value))
        yield
