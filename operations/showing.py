"""Shows an answer: JSON to programs, a table to people, tab-separated lines where nobody looks."""

import json
import sys

import click

from operations.answer import Answer
from operations.asked import Asked


def show(answer: Answer, asked: Asked) -> None:
    """Print *answer* on stdout; the words of a command that has written its output itself go to stderr."""
    if answer.value is None:
        click.echo(answer.words, err=True)
        return
    if asked.is_for_programs:
        click.echo(json.dumps(answer.value))
        return
    if answer.rows:
        _show_rows(answer)
    if answer.words:
        click.echo(answer.words)


def _show_rows(answer: Answer) -> None:
    if not sys.stdout.isatty():
        for row in answer.rows:
            click.echo("\t".join(row))
        return
    from rich.console import Console  # noqa: PLC0415 - help stays fast
    from rich.table import Table  # noqa: PLC0415 - as above

    table = Table(*answer.columns, box=None, header_style="bold")
    for row in answer.rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)
