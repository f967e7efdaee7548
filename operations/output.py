"""Shows a result: JSON for programs; a table at a terminal, or blocks where a table is too wide; tab-separated lines
elsewhere.
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
"""A terminal width that no table reaches. Tables are measured with it, so that nothing is cut."""

NAME_AND_VALUE = 2
"""A table with this many columns already looks like a block."""


def show(result: Result, options: Options) -> None:
    """Print *result* on stdout; the summary of a command that has written its output itself goes to stderr."""
    if result.value is None:
        click.echo(result.summary, err=True)
        return
    if options.is_for_programs:
        click.echo(json.dumps(result.value))
        return
    if result.rows:
        _show_rows(result)
    if result.summary:
        click.echo(result.summary)


def show_failure(failure: Failure, *, is_for_programs: bool) -> None:
    """Print on stderr why there is no result, and also on stdout for programs."""
    click.echo(f"credits: {failure.message}", err=True)
    if is_for_programs:
        click.echo(json.dumps(failure.value))


def exit_quietly() -> NoReturn:
    """Exit because the reader of stdout has ended.

    What is still buffered is discarded; otherwise Python would report it at its end. Source: docs.python.org, "Note on
    SIGPIPE".
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(Code.READER_GONE)


def _show_rows(result: Result) -> None:
    if not sys.stdout.isatty():
        for row in (result.columns, *result.rows):
            click.echo("\t".join(row))
        return
    from rich.console import Console  # noqa: PLC0415 - help stays fast
    from rich.table import Table  # noqa: PLC0415 - as above

    console = Console(highlight=False, markup=False)
    table = Table(*result.columns, box=None, header_style="bold")
    for row in result.rows:
        table.add_row(*row)
    unbounded = console.options.update(max_width=WIDEST)
    if console.measure(table, options=unbounded).maximum <= console.width:
        console.print(table)
    else:
        _show_blocks(result)


def _show_blocks(result: Result) -> None:
    """A line for each value, an empty line below each row. The terminal wraps long values: they can be copied."""
    if len(result.columns) == NAME_AND_VALUE:
        _show_lines(result.rows)
        return
    for row in result.rows:
        _show_lines([(name, value) for name, value in zip(result.columns, row, strict=True) if value])
        click.echo()


def _show_lines(named: Sequence[Sequence[str]]) -> None:
    width = max(len(name) for name, _ in named)
    for name, value in named:
        click.echo(f"{click.style(name.ljust(width), bold=True)}  {value}")
