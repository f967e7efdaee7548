"""Wrong usage, told to programs, too."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from operations.result import Code, Failure


class Told(click.Group):
    """A group whose command lines, when they ask for JSON, have wrong usage told on stdout as every failure is.

    On stderr click tells it, and how it is done right. Whether JSON is asked for is looked for before anything is
    understood: what is not understood may stand in front of it.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The group's own part."""
        ctx.obj = "--json" in args
        with _told(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """The part of the commands in it."""
        with _told(ctx):
            return super().invoke(ctx)


@contextmanager
def _told(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except click.UsageError as wrong:
        if ctx.obj:
            click.echo(json.dumps(Failure("wrong_usage", wrong.format_message(), Code.USAGE).value))
        raise
