"""Limits of the real code, made small in some runs: a few calls then fill a commit, a group ahead, a page of a list."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any
from unittest import mock

from shared.adapters.storage import suspense_tables
from shared.posting import ledger
from shared.posting.journal import reads
from shared.posting.loop import account_loop, group, lookahead


@contextmanager
def small_limits(chance: Random, always: tuple[tuple[Any, str, int], ...]) -> Iterator[None]:
    """Each is as it is deployed, or so small that it is met; those in *always* as they are given."""
    small = (
        (group, "ROWS_MAX", (8, 16)),
        (lookahead, "FULL", (1, 2)),
        (account_loop, "DECISIONS_PER_ROUND_MAX", (3, 8)),
        (ledger, "LOOPS_MAX", (1,)),
        (reads, "PAGES_AT_ONCE", (2,)),
        (suspense_tables, "AT_ONCE", (1, 2)),
    )
    with ExitStack() as limits:
        for where, name, values in small:
            if chance.random() < 0.4:
                limits.enter_context(mock.patch.object(where, name, chance.choice(values)))
        for where, name, value in always:
            limits.enter_context(mock.patch.object(where, name, value))
        yield
