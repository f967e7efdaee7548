"""Prints the results of a benchmark."""

from collections.abc import Sequence
from typing import TextIO

from tests.proofs.bench.bench import Bench, Line


def print_table(bench: Bench, lines: Sequence[Line], seconds: float, out: TextIO) -> None:
    """Print the question, and a line for each result: name, value, ratio, and whether the target is reached."""
    print(f"\n{bench.name}: {bench.question} ({seconds:.0f} s)", file=out)
    widest = max(len(line.what) for line in lines)
    for line in lines:
        print(
            f"  {line.what:<{widest}}  {_number(line.value):>9} {line.unit:<15} {_ratio(line):<36} {_verdict(line)}",
            file=out,
        )
    out.flush()


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


def _ratio(line: Line) -> str:
    return "" if line.ratio is None else f"{line.ratio:6.2f} x {line.against}"


def _verdict(line: Line) -> str:
    if line.target is None:
        return ""
    return f"target {line.target.text()}: {'reached' if line.is_reached else 'MISSED'}"
