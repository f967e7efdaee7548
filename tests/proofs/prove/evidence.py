"""What was found, held against what was to be found."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from tests.proofs.prove.claim import Figure

SHOWN = 5
"""Differences named of one comparison; the first ones tell enough."""


@dataclass(slots=True)
class Evidence:
    """Comparisons: how many were made, and those that failed, in words. A failed one is printed at once."""

    made: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether something was compared and nothing was wrong."""
        return self.made > 0 and not self.wrong

    def figure(self, words: str, **facts: object) -> Figure:
        """What came of it all: *words* when everything was right, else the first things that were not."""
        told = {**facts, "checks": self.made, "wrong": len(self.wrong)}
        return Figure(self.holds, words if self.holds else "; ".join(self.wrong[:3]), told)

    def same(self, what: str, found: object, expected: object) -> bool:
        """Compare two values; True when they are equal."""
        self.made += 1
        if found == expected:
            return True
        self.wrong.append(f"{what}: {found!r}, not {expected!r}")
        print(f"  WRONG {self.wrong[-1]}", flush=True)
        return False

    def same_items(self, what: str, found: Iterable[Hashable], expected: Iterable[Hashable]) -> bool:
        """Compare two collections without order, but with how often each item is there."""
        have, want = Counter(found), Counter(expected)
        return self.same(what, _few(have - want), []) & self.same(f"{what}, missing", _few(want - have), [])


def _few(items: Counter[Hashable]) -> list[Hashable]:
    return list(items.elements())[:SHOWN]
