"""The packages of `shared/`, with the tests that run on their mutants and their minimum scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.machine.paths import ROOT

MINIMUM = 90
"""Minimum score in per cent of the unexplained mutants, for packages that decide about money or store it."""


METRICS = ("tests/telemetry/test_counted_once.py", "tests/telemetry/test_calls_counted.py")
"""Tests of the metrics that use cases and the posting loop count."""

TRACES = "tests/telemetry/test_tracing.py"
"""Tests of the trace's spans, which use cases and commits make."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of `shared/`, the tests that run on its mutants, and its minimum score in per cent (None: no minimum).

    Only the tests about the package run: a surviving mutant runs every test that reaches it, and the whole suite for
    each would take days. A mutant that only other tests would notice counts as a survivor.
    """

    name: str
    tests: Sequence[str]
    minimum: int | None

    @property
    def folder(self) -> Path:
        """The package's folder."""
        return ROOT / "shared" / self.name

    @property
    def produces_text(self) -> bool:
        """Whether the package produces text for people."""
        return self.name == "notices"


PACKAGES = (
    Package("kernel", ("tests/rules/kernel",), None),
    Package("ledger", ("tests/rules/ledger", "tests/audit"), MINIMUM),
    Package("rating", ("tests/rules/rating",), None),
    Package("plans", ("tests/rules/plans",), None),
    Package("recharge", ("tests/rules/recharge",), MINIMUM),
    Package("purchasing", ("tests/rules/purchasing",), None),
    Package("notices", ("tests/rules/notices",), None),
    Package(
        "posting",
        (
            "tests/posting",
            "tests/upgrade",
            "tests/views/test_lists.py",
            "tests/use_cases/test_catch_up.py",
            "tests/use_cases/test_lost_head.py",
            "tests/use_cases/test_reconcile_payments.py",
            "tests/use_cases/test_reconcile_lots.py",
            *METRICS,
            TRACES,
        ),
        MINIMUM,
    ),
    Package("audit", ("tests/audit",), None),
    Package("views", ("tests/views",), None),
    Package(
        "use_cases",
        ("tests/use_cases", "tests/views", "tests/audit/test_away.py", *METRICS, TRACES),
        MINIMUM,
    ),
    Package("adapters", ("tests/contracts", "tests/adapters", "tests/telemetry/test_exporters.py"), MINIMUM),
    Package("telemetry", ("tests/telemetry",), None),
    Package("service", ("tests/use_cases", "tests/functions"), None),
)
"""Left out: `ports`, which only declares interfaces, and settings and wiring, which compose the app and are tested by
proofs and journeys.
"""


def packages_of(path: Path) -> Sequence[Package]:
    """The packages below *path*, or the one that contains it."""
    return [
        package for package in PACKAGES if package.folder.is_relative_to(path) or path.is_relative_to(package.folder)
    ]
