"""The types of a benchmark and its results, and the list of all benchmarks."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from tests.proofs.bench import benches as folder


@dataclass(frozen=True, slots=True)
class Target:
    """A target for a line's ratio, or for its value if the line has no ratio."""

    least: float | None = None
    most: float | None = None

    def text(self) -> str:
        """The target as text, such as `>= 0.8`."""
        return f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"

    def is_reached_by(self, figure: float) -> bool:
        """Whether *figure* reaches the target."""
        return (self.least is None or figure >= self.least) and (self.most is None or figure <= self.most)


@dataclass(frozen=True, slots=True)
class Line:
    """One measured value; *ratio* is its ratio to the baseline that *against* names."""

    what: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    target: Target | None = None

    @property
    def is_reached(self) -> bool:
        """Whether the target is reached; True if there is none."""
        return self.target is None or self.target.is_reached_by(self.value if self.ratio is None else self.ratio)

    def facts(self) -> dict[str, object]:
        """The line as JSON."""
        facts: dict[str, object] = {"what": self.what, "value": round(self.value, 3), "unit": self.unit}
        if self.ratio is not None:
            facts |= {"ratio": round(self.ratio, 3), "against": self.against}
        if self.target is not None:
            facts |= {"target": self.target.text(), "reached": self.is_reached}
        return facts


@dataclass(frozen=True, slots=True)
class Bench:
    """A question about performance, and the function that measures the answer. *measure_large* does it with sizes that
    take very long, if there are such.
    """

    name: str
    question: str
    measure: Callable[[], list[Line]]
    measure_large: Callable[[], list[Line]] | None = None


def known_benches() -> dict[str, Bench]:
    """The BENCH of every module in `benches/`, by name."""
    modules = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    found: list[Bench] = [importlib.import_module(f"{folder.__name__}.{name}").BENCH for name in modules]
    return {bench.name: bench for bench in found}
