"""Groups of commands whose help shows each command's line in full."""

import click

NO_LIMIT = 10_000
"""Characters. No line of help is longer. Without a limit, click would cut the line at the terminal's width."""


class CommandGroup(click.Group):
    """A group whose list of commands wraps long lines instead of cutting them."""

    group_class = type
    """The groups in it are of this class, too."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, each with the first sentence of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(NO_LIMIT)) for name, command in commands if command is not None]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
