"""`./dev bench`: benchmarks that measure ratios between the service and a baseline, side by side in one run.

Each module in `benches/` defines one benchmark. Results: docs/performance.md.
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
    """Run every benchmark, or the one that is named: 0 when every target was reached, else 1."""
    known = known_benches()
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description="Run benchmarks, each side by side with its baseline. Results are medians.",
        epilog="\n".join(f"{bench.name:<14}{bench.question}" for bench in known.values()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", choices=known, metavar="NAME", help="a benchmark (default: all)")
    parser.add_argument("--json", action="store_true", help="print only one JSON object to stdout")
    parser.add_argument("--large", action="store_true", help="also with sizes that take an hour (audit)")
    chosen = parser.parse_args(arguments)
    benches = [known[chosen.name]] if chosen.name else list(known.values())
    progress = sys.stderr if chosen.json else sys.stdout
    print(f"{_machine()}, load {os.getloadavg()[0]:.1f}", file=progress, flush=True)
    found = {}
    for bench in benches:
        began = monotonic()
        found[bench.name] = (bench.measure_large if chosen.large and bench.measure_large else bench.measure)()
        print_table(bench, found[bench.name], monotonic() - began, progress)
    if chosen.json:
        print(json.dumps(_facts(found)))
    return 0 if all(line.is_reached for lines in found.values() for line in lines) else 1


def _machine() -> str:
    return f"{os.cpu_count()} processors, Python {platform.python_version()}, {platform.system()}"


def _facts(found: Mapping[str, list[Line]]) -> dict[str, object]:
    """The results by benchmark, as JSON."""
    benches = {name: [line.facts() for line in lines] for name, lines in found.items()}
    return {"machine": _machine(), "benches": benches}


__all__ = ["Bench", "run"]
