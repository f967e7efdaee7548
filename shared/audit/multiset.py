"""A checksum over rows that does not depend on their order, so that two streams of the same rows can be compared."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha512

_MODULUS = 2**512
"""The sum of the rows' digests is taken modulo this number: removing a row is as cheap as adding one."""


@dataclass(slots=True)
class Multiset:
    """The number of rows, and the sum of their digests. Equal sums: the same rows, each as often."""

    count: int = 0
    total: int = 0

    def add(self, key: str, facts: object) -> None:
        """Add one row."""
        self.count += 1
        self.total = (self.total + _digest(key, facts)) % _MODULUS

    def remove(self, key: str, facts: object) -> None:
        """Remove one row that was added."""
        self.count -= 1
        self.total = (self.total - _digest(key, facts)) % _MODULUS

    def join(self, other: "Multiset") -> None:
        """Add all rows of *other*."""
        self.count += other.count
        self.total = (self.total + other.total) % _MODULUS


def _digest(key: str, facts: object) -> int:
    plain = dict(facts) if isinstance(facts, Mapping) else facts
    text = json.dumps([key, plain], separators=(",", ":"), sort_keys=True)
    return int.from_bytes(sha512(text.encode("ascii")).digest(), "big")
