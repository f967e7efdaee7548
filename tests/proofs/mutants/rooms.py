"""The rooms of `shared/`, which tests judge each, and the score that it is held to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.machine.paths import ROOT

WANTED = 90
"""Per cent of a room's mutants, those explained left out, in the rooms that decide about money or keep it."""


COUNTED = "tests/telemetry/test_counted_once.py"
"""What is counted, is counted by verbs and by the loop."""

TRACED = "tests/telemetry/test_tracing.py"
"""Verbs and commits are the spans of a trace."""


@dataclass(frozen=True, slots=True)
class Room:
    """A folder of `shared/`, the tests that judge it, and the least score in per cent; None: it is only measured.

    A few folders judge a room, those that are about it: a mutant that survives runs every test that reaches it, and
    the whole suite for each would take days. What only a test elsewhere would notice counts as a survivor.
    """

    name: str
    judges: Sequence[str]
    wanted: int | None

    @property
    def folder(self) -> Path:
        """Where it is."""
        return ROOT / "shared" / self.name

    @property
    def is_wording(self) -> bool:
        """Whether words for people are what the room makes."""
        return self.name == "notices"


ROOMS = (
    Room("kernel", ("tests/rules/kernel",), None),
    Room("ledger", ("tests/rules/ledger", "tests/audit"), WANTED),
    Room("rating", ("tests/rules/rating",), None),
    Room("recharge", ("tests/rules/recharge",), WANTED),
    Room("purchasing", ("tests/rules/purchasing",), None),
    Room("notices", ("tests/rules/notices",), None),
    Room(
        "posting",
        (
            "tests/posting",
            "tests/upgrade",
            "tests/views/test_lists.py",
            "tests/use_cases/test_catch_up.py",
            "tests/use_cases/test_lost_head.py",
            "tests/use_cases/test_reconcile_payments.py",
            COUNTED,
            TRACED,
        ),
        WANTED,
    ),
    Room("audit", ("tests/audit",), None),
    Room("views", ("tests/views",), None),
    Room(
        "use_cases",
        ("tests/use_cases", "tests/views", "tests/audit/test_away.py", COUNTED, TRACED),
        WANTED,
    ),
    Room("adapters", ("tests/contracts", "tests/adapters", "tests/telemetry/test_exporters.py"), WANTED),
    Room("telemetry", ("tests/telemetry",), None),
    Room("service", ("tests/use_cases", "tests/functions"), None),
)
"""`ports` is left out: it says what others do. So are settings, wiring and outside: they put together, and the proofs
and journeys try the whole.
"""


def rooms_of(path: Path) -> Sequence[Room]:
    """The rooms that *path* holds, or the one that it lies in."""
    return [room for room in ROOMS if room.folder.is_relative_to(path) or path.is_relative_to(room.folder)]
