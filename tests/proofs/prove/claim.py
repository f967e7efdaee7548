"""The type of a claim, and the list of all claims."""

import argparse
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.proofs.prove import claims as package


@dataclass(frozen=True, slots=True)
class Option:
    """A numeric option of a claim, such as `--calls 2000`. Its minimum is *minimum*."""

    name: str
    default: int
    minimum: int
    description: str

    def read(self, text: str) -> int:
        """Parse *text*; argparse reports the ArgumentTypeError."""
        if not text.isdecimal() or int(text) < self.minimum:
            raise argparse.ArgumentTypeError(f"a whole number, {self.minimum} or more")
        return int(text)


@dataclass(frozen=True, slots=True)
class TextOption:
    """A text option of a claim, such as `--from 8d353cc`."""

    name: str
    default: str
    description: str

    def read(self, text: str) -> str:
        """Return *text* unchanged."""
        return text


SEED = Option("seed", 1, 0, "seed; the same seed sends the same messages in the same order")


@dataclass(frozen=True, slots=True)
class Result:
    """The result of testing a claim: whether it holds, a summary for people, and facts for programs. A claim that was
    not *tried*, because a program that it needs is not installed, neither holds nor fails.
    """

    passed: bool
    summary: str
    facts: Mapping[str, object]
    tried: bool = True

    @classmethod
    def skipped(cls, reason: str) -> "Result":
        """The result of a claim that cannot be tried on this machine."""
        return cls(passed=True, summary=reason, facts={"skipped": reason}, tried=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about the service, and the function that tests it."""

    name: str
    sentence: str
    options: tuple[Option | TextOption, ...]
    test: Callable[[argparse.Namespace], Result]


def known_claims() -> dict[str, Claim]:
    """The CLAIM of every module in `claims/`, by name."""
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found: list[Claim] = [importlib.import_module(f"{package.__name__}.{name}").CLAIM for name in modules]
    return {claim.name: claim for claim in found}
