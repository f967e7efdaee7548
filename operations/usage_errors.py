"""Wrong usage, reported to programs too."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from operations.help import CommandGroup
from operations.result import Code, Failure


class RootGroup(CommandGroup):
    """The group of all commands. With --json it reports wrong usage on stdout too, as every failure is reported.

    click reports wrong usage on stderr. Whether --json is there is decided before the command line is parsed, because
    what cannot be parsed may come before it.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the group's own part."""
        ctx.obj = "--json" in args
        with _reported(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Parse and run the command."""
        with _reported(ctx):
            return super().invoke(ctx)


@contextmanager
def _reported(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except click.UsageError as wrong:
        if ctx.obj:
            click.echo(json.dumps(Failure("wrong_usage", wrong.format_message(), Code.USAGE).value))
        raise
