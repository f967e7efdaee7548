"""Compares what was found with what was expected."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from tests.proofs.prove.claim import Result

SHOWN = 5
"""The most differences printed for one comparison."""


@dataclass(slots=True)
class Checks:
    """Counts comparisons and collects descriptions of those that failed. Each failure is printed immediately."""

    count: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether at least one comparison was made and none failed."""
        return self.count > 0 and not self.failures

    def result(self, summary: str, **facts: object) -> Result:
        """The result: *summary* when every comparison passed, else the first failures."""
        counted = {**facts, "checks": self.count, "wrong": len(self.failures)}
        return Result(self.passed, summary if self.passed else "; ".join(self.failures[:3]), counted)

    def equal(self, what: str, found: object, expected: object) -> bool:
        """Record whether two values are equal, and return it."""
        self.count += 1
        if found == expected:
            return True
        self.failures.append(f"{what}: {found!r}, not {expected!r}")
        print(f"  WRONG {self.failures[-1]}", flush=True)
        return False

    def equal_items(self, what: str, found: Iterable[Hashable], expected: Iterable[Hashable]) -> bool:
        """Record whether two collections have the same items equally often, in any order, and return it."""
        have, want = Counter(found), Counter(expected)
        return self.equal(what, _few(have - want), []) & self.equal(f"{what}, missing", _few(want - have), [])


def _few(items: Counter[Hashable]) -> list[Hashable]:
    return list(items.elements())[:SHOWN]
