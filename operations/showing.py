"""Shows an answer: JSON to programs, a table to people, tab-separated lines where nobody looks."""

import json
import os
import sys
from typing import NoReturn

import click

from operations.answer import Answer, Code, Failure
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
