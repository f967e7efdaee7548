"""Callers and callees: SIPp processes, and how long their calls lasted by their own clocks."""

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.machine.child_processes import Child
from local.machine.loopback import LOOPBACK
from tests.proofs.prove.sip.programs import program
from tests.proofs.prove.sip.scenarios import Scenario
from tests.proofs.prove.sip.switch import free_port

END_SECONDS = 10.0
CALL_SECONDS = 90.0
"""Longer than any call here, and so than any process of its parties."""

CALLER = "+14255550101"
_LINE = re.compile(r"(answered|bye|refused) (\S+) (\d+)(?:\.\d+)? (\d+)(?:\.\d+)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one party saw: whether its scenario went to its end, the seconds of its calls, and how many were refused."""

    completed: bool
    seconds: tuple[float, ...]
    refused: int = 0


def read_log(text: str) -> tuple[tuple[float, ...], int]:
    """The seconds between answer and BYE of each call, and the number of refusals, from what a scenario logged."""
    moments: dict[str, dict[str, float]] = {}
    for word, call, seconds, micros in _LINE.findall(text):
        moments.setdefault(call, {})[word] = int(seconds) + int(micros) / 1_000_000
    lasted = tuple(call["bye"] - call["answered"] for call in moments.values() if {"answered", "bye"} <= set(call))
    return lasted, sum("refused" in call for call in moments.values())


class Party:
    """One SIPp process."""

    _numbers = itertools.count()

    def __init__(self, folder: Path, scenario: Scenario, port: int, options: Sequence[str]) -> None:
        place = folder / f"party-{next(self._numbers)}"
        place.mkdir()
        (place / "scenario.xml").write_text(scenario.xml())
        self._log = place / "calls.log"
        sipp = program("sipp")
        assert sipp is not None, "looked for before"
        behaviour = "all" if scenario.aborts else "all,-abortunexp"
        command: list[str | Path] = [sipp, "-sf", place / "scenario.xml", "-i", LOOPBACK, "-p", str(port), "-nostdin"]
        command += ["-default_behaviors", behaviour, "-trace_err", "-error_file", place / "errors.log"]
        command += ["-trace_logs", "-log_file", self._log, *options]
        log = place / "sipp.log"
        self._child = Child.start(f"sipp: {scenario.name}", command, log=log, environment={"TERM": "dumb"})

    def ready(self, port: int) -> None:
        """Wait until it has the UDP *port* open."""
        self._child.until(lambda: _is_taken(port) or None, "ready", END_SECONDS)

    def outcome(self) -> Outcome:
        """Wait for the end of its calls."""
        code = self._child.wait(CALL_SECONDS)
        seconds, refused = read_log(self._log.read_text()) if self._log.exists() else ((), 0)
        return Outcome(code == 0, seconds, refused)

    def invited(self) -> int:
        """How many INVITEs a callee has got so far."""
        return self._log.read_text().count("invited") if self._log.exists() else 0

    def end(self) -> None:
        """End it if it still runs: nobody called, or it has vanished."""
        if self._child.alive:
            self._child.end(END_SECONDS)


@contextmanager
def callee(folder: Path, scenario: Scenario, port: int, calls: int, ring_milliseconds: int) -> Iterator[Party]:
    """A callee for *calls* calls, who is there when the block begins."""
    party = Party(folder, scenario, port, ["-m", str(calls), "-d", str(ring_milliseconds)])
    try:
        party.ready(port)
        yield party
    finally:
        party.end()


def _is_taken(port: int) -> bool:
    """Whether a process of this machine has the UDP *port* open."""
    sockets = Path("/proc/net/udp").read_text().splitlines()[1:]
    return any(line.split()[1].endswith(f":{port:04X}") for line in sockets)


@dataclass(frozen=True, slots=True)
class Attempts:
    """*count* calls at once to *called*, which *account* is to pay. The caller talks or waits for *milliseconds*."""

    account: str
    called: str
    count: int
    milliseconds: int


def caller(folder: Path, scenario: Scenario, switch: int, far_end: int, attempts: Attempts) -> Party:
    """A caller whose calls go through the switch on port *switch* to the callee on port *far_end*."""
    count = attempts.count
    options = ["-rsa", f"{LOOPBACK}:{switch}", "-s", attempts.called]
    options += ["-key", "account", attempts.account, "-key", "caller", CALLER, "-key", "switch", str(switch)]
    options += ["-m", str(count), "-l", str(count), "-r", str(max(count, 10)), "-d", str(attempts.milliseconds)]
    return Party(folder, scenario, free_port(), [*options, f"{LOOPBACK}:{far_end}"])
