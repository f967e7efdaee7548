"""How a falsification is written down: what it breaks, what it changes, and which row the audit must name."""

from collections.abc import Callable
from typing import TypeAlias

from shared.audit.finding import Invariant
from tests.audit.books import Books

Falsify: TypeAlias = Callable[[Books], str]
"""Changes stored rows and returns the row that must be named."""

Falsified: TypeAlias = list[tuple[Invariant, Falsify]]


def kind() -> tuple[Falsified, Callable[[Invariant], Callable[[Falsify], Falsify]]]:
    """A list of falsifications, and the decorator that adds to it one that breaks an invariant."""
    known: Falsified = []

    def breaks(invariant: Invariant) -> Callable[[Falsify], Falsify]:
        def kept(falsify: Falsify) -> Falsify:
            known.append((invariant, falsify))
            return falsify

        return kept

    return known, breaks
