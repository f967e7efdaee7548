"""What a bench is, and which there are."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from tests.proofs.bench import benches as folder


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bound for a line's ratio, or for its value where there is none."""

    least: float | None = None
    most: float | None = None

    def words(self) -> str:
        """As people write it."""
        return f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"

    def holds(self, figure: float) -> bool:
        """Whether *figure* is within the bound."""
        return (self.least is None or figure >= self.least) and (self.most is None or figure <= self.most)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: *ratio* is to what *against* names."""

    what: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    wanted: Wanted | None = None

    @property
    def is_reached(self) -> bool:
        """Whether the figure is as wanted; one that nobody wanted anything of, is."""
        return self.wanted is None or self.wanted.holds(self.value if self.ratio is None else self.ratio)

    def facts(self) -> dict[str, object]:
        """For programs."""
        facts: dict[str, object] = {"what": self.what, "value": round(self.value, 3), "unit": self.unit}
        if self.ratio is not None:
            facts |= {"ratio": round(self.ratio, 3), "against": self.against}
        if self.wanted is not None:
            facts |= {"wanted": self.wanted.words(), "reached": self.is_reached}
        return facts


@dataclass(frozen=True, slots=True)
class Bench:
    """A question about speed, and how it is answered."""

    name: str
    question: str
    measure: Callable[[], list[Line]]


def known_benches() -> dict[str, Bench]:
    """Every module's BENCH in `benches/`, by name."""
    modules = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    found: list[Bench] = [importlib.import_module(f"{folder.__name__}.{name}").BENCH for name in modules]
    return {bench.name: bench for bench in found}
