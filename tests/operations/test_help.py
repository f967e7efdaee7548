"""Help in a terminal of 80 columns: every line is complete."""

import click
import pytest
from click.testing import CliRunner

from operations.commands import credits_group
from operations.help import CommandGroup

GROUPS = [(), *((name,) for name, command in credits_group.commands.items() if isinstance(command, click.Group))]
FITS = 60
"""Characters of a command's line that fit beside its name."""


def shown(group, *command, width=80):
    done = CliRunner(env={"COLUMNS": str(width)}).invoke(group, [*command, "--help"])
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.parametrize("command", GROUPS, ids=lambda command: " ".join(command) or "credits")
def test_no_line_of_a_list_of_commands_is_cut(command):
    text = shown(credits_group, *command)
    assert "..." not in text.replace("[ARGS]...", "")
    assert max(map(len, text.splitlines())) <= 80


def test_every_commands_line_fits_beside_its_name():
    commands: list[click.Command] = [credits_group]
    for command in commands:
        commands += command.commands.values() if isinstance(command, click.Group) else []
        line = command.get_short_help_str(10_000)
        assert line.endswith(".") or command is credits_group, command.name
        assert len(line) <= FITS, command.name


def test_a_longer_line_is_wrapped_in_groups_of_any_depth():
    long = " ".join(["word"] * 40)

    @click.group(cls=CommandGroup)
    def outer():
        """The outer group."""

    @outer.group()
    def inner():
        """The inner group."""

    inner.add_command(click.Command("long", help=f"{long}."))
    assert shown(outer, "inner").count("word") == 40
