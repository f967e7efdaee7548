"""What a claim is, and which there are."""

import argparse
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.proofs.prove import claims as folder


@dataclass(frozen=True, slots=True)
class Option:
    """A number that sizes a claim: `--calls 2000`; never below *least*."""

    name: str
    default: int
    least: int
    words: str

    def read(self, text: str) -> int:
        """The number that *text* is; argparse tells people when it is none."""
        if not text.isdecimal() or int(text) < self.least:
            raise argparse.ArgumentTypeError(f"a whole number, {self.least} or more")
        return int(text)


@dataclass(frozen=True, slots=True)
class Word:
    """A name that a claim is told: `--from 8d353cc`."""

    name: str
    default: str
    words: str

    def read(self, text: str) -> str:
        """The name as it is."""
        return text


SEED = Option("seed", 1, 0, "the same seed sends the same messages in the same order")


@dataclass(frozen=True, slots=True)
class Figure:
    """What came of a try: whether the claim held, in words, and in numbers for programs."""

    holds: bool
    words: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence about the service, and how it is tried."""

    name: str
    sentence: str
    options: tuple[Option | Word, ...]
    attempt: Callable[[argparse.Namespace], Figure]


def known_claims() -> dict[str, Claim]:
    """Every module's CLAIM in `claims/`, by name."""
    modules = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    found: list[Claim] = [importlib.import_module(f"{folder.__name__}.{name}").CLAIM for name in modules]
    return {claim.name: claim for claim in found}
