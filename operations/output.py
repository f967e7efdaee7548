"""Shows an answer: JSON to programs, a table to people, or blocks where a table is too wide; tab-separated
lines where nobody looks.
"""

import json
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from operations.options import Options
from operations.result import Code, Failure, Result

WIDEST = 100_000
"""Columns of a terminal that no table fills: it is measured there, and never cut."""

NAME_AND_VALUE = 2
"""A table of so many columns is a block itself."""


def show(answer: Result, options: Options) -> None:
    """Print *answer* on stdout; the words of a command that has written its output itself go to stderr."""
    if answer.value is None:
        click.echo(answer.words, err=True)
        return
    if options.is_for_programs:
        click.echo(json.dumps(answer.value))
        return
    if answer.rows:
        _show_rows(answer)
    if answer.words:
        click.echo(answer.words)


def show_failure(failure: Failure, *, is_for_programs: bool) -> None:
    """Say on stderr why there is no answer, and print it on stdout for programs."""
    click.echo(f"credits: {failure.words}", err=True)
    if is_for_programs:
        click.echo(json.dumps(failure.value))


def leave_quietly() -> NoReturn:
    """Exit because whoever read stdout is gone.

    What is still buffered goes nowhere; Python would complain about it at its end. Source: docs.python.org, "Note on
    SIGPIPE".
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(Code.READER_GONE)


def _show_rows(answer: Result) -> None:
    if not sys.stdout.isatty():
        for row in answer.rows:
            click.echo("\t".join(row))
        return
    from rich.console import Console  # noqa: PLC0415 - help stays fast
    from rich.table import Table  # noqa: PLC0415 - as above

    console = Console(highlight=False, markup=False)
    table = Table(*answer.columns, box=None, header_style="bold")
    for row in answer.rows:
        table.add_row(*row)
    unbounded = console.options.update(max_width=WIDEST)
    if console.measure(table, options=unbounded).maximum <= console.width:
        console.print(table)
    else:
        _show_blocks(answer)


def _show_blocks(answer: Result) -> None:
    """A line for each value, an empty one below each row. The terminal wraps what is long, so it is copied whole."""
    if len(answer.columns) == NAME_AND_VALUE:
        _show_lines(answer.rows)
        return
    for row in answer.rows:
        _show_lines([(name, value) for name, value in zip(answer.columns, row, strict=True) if value])
        click.echo()


def _show_lines(named: Sequence[Sequence[str]]) -> None:
    wide = max(len(name) for name, _ in named)
    for name, value in named:
        click.echo(f"{click.style(name.ljust(wide), bold=True)}  {value}")
