"""Registers falsifications: the broken invariant, and a function that changes rows and returns the row to name."""

from collections.abc import Callable
from typing import TypeAlias

from shared.audit.finding import Invariant
from tests.audit.books import Books

Falsify: TypeAlias = Callable[[Books], str]
"""Changes stored rows and returns the row that the audit must name."""

Falsified: TypeAlias = list[tuple[Invariant, Falsify]]


def kind() -> tuple[Falsified, Callable[[Invariant], Callable[[Falsify], Falsify]]]:
    """A list of falsifications, and a decorator that adds one with the invariant that it breaks."""
    known: Falsified = []

    def breaks(invariant: Invariant) -> Callable[[Falsify], Falsify]:
        def register(falsify: Falsify) -> Falsify:
            known.append((invariant, falsify))
            return falsify

        return register

    return known, breaks
