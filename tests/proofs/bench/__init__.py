"""`./dev bench`: how fast it is, as ratios that are measured side by side in one run.

A bench is a module in `benches/`; adding one is adding a file. What came of them: docs/performance.md.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping
from time import monotonic

from tests.proofs.bench.bench import Bench, Line, known_benches
from tests.proofs.bench.results_table import print_table


def run(arguments: list[str]) -> int:
    """Without a name, every bench; with one, that one. 0 when every wanted figure was reached, else 1."""
    known = known_benches()
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description="Measure, side by side in one run. Other work on the machine shows: the figures are medians.",
        epilog="\n".join(f"{bench.name:<14}{bench.question}" for bench in known.values()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", choices=known, metavar="NAME", help="one of those below; without it all")
    parser.add_argument("--json", action="store_true", help="stdout carries one JSON object and nothing else")
    chosen = parser.parse_args(arguments)
    benches = [known[chosen.name]] if chosen.name else list(known.values())
    words = sys.stderr if chosen.json else sys.stdout
    print(f"{_machine()}, load {os.getloadavg()[0]:.1f}", file=words, flush=True)
    found = {}
    for bench in benches:
        began = monotonic()
        found[bench.name] = bench.measure()
        print_table(bench, found[bench.name], monotonic() - began, words)
    if chosen.json:
        print(json.dumps(_facts(found)))
    return 0 if all(line.is_reached for lines in found.values() for line in lines) else 1


def _machine() -> str:
    return f"{os.cpu_count()} processors, Python {platform.python_version()}, {platform.system()}"


def _facts(found: Mapping[str, list[Line]]) -> dict[str, object]:
    """The figures by bench, for programs."""
    benches = {name: [line.facts() for line in lines] for name, lines in found.items()}
    return {"machine": _machine(), "benches": benches}


__all__ = ["Bench", "run"]
