"""Every `credits` command of the runbook exists, with the options that it has. A rehearsal cannot tell where a block
goes on after a command that fails.
"""

import shlex
from collections.abc import Iterator, Sequence

import click
import pytest

from operations.commands import credits_group
from tests.proofs.prove.rehearsal.blocks import read_blocks

ENDS = {"|", "||", "&&", ";", ")", "&"}


def commands_of(text: str) -> Iterator[list[str]]:
    """The arguments of each `credits` in a shell script."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        found: list[str] | None = None
        for word in words:
            if word == "credits" and found is None:
                found = []
            elif found is not None and (word in ENDS or word.startswith((">", "<"))):
                yield found
                found = None
            elif found is not None:
                found.append(word)
        if found is not None:
            yield found


def understand(arguments: Sequence[str]) -> None:
    """Raise click.UsageError unless there is such a command, with such options and everything that it requires."""
    command: click.Command = credits_group
    context = click.Context(command, info_name="credits")
    given, rest, _ = command.make_parser(context).parse_args(list(arguments))
    while isinstance(command, click.Group):
        name, found, arguments = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context)
        given, rest, _ = command.make_parser(context).parse_args(list(arguments))
    missing = [each.name for each in command.params if each.required and not isinstance(given.get(str(each.name)), str)]
    if missing or rest:
        raise click.UsageError(f"missing {missing}, unknown {rest}", context)


COMMANDS = [arguments for block in read_blocks() for arguments in commands_of(block.text)]


def test_the_commands_are_found():
    text = "X=$(credits account list --json | head)\ncredits audit || true\ncredits export $A \\\n --what lots > x\n"
    assert list(commands_of(text)) == [
        ["account", "list", "--json"],
        ["audit"],
        ["export", "$A", "--what", "lots"],
    ]
    assert len(COMMANDS) > 60


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_exists(arguments):
    understand(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["accounts", "list"],
        ["account", "lists"],
        ["audit", "--everything"],
        ["suspense", "show"],
        ["suspense", "show", "a", "b"],
        ["refund", "$ACCOUNT"],
    ],
)
def test_a_command_that_does_not_exist_is_noticed(arguments):
    with pytest.raises(click.UsageError):
        understand(arguments)
