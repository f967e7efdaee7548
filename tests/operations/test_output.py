"""The output: a table at a terminal where it fits, blocks where it does not, tab-separated lines in a pipe."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import click
import pytest

from local.machine.paths import ROOT
from operations.options import Options
from operations.output import show
from operations.result import Result

UNRATED = "+99912345678"


def at_terminal(columns, command, settings):
    """What a terminal of *columns* is sent, line by line; it wraps lines that are longer itself."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**settings, "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "operations", *command], cwd=ROOT, env=environment, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        sent = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return click.unstyle(sent.decode()).splitlines()


def _read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:  # on Linux: nobody writes to it any more
        return b""


@pytest.mark.parametrize("columns", [40, 300])
def test_every_id_is_whole_at_a_terminal_of_any_width(run, machine, customer, columns):
    customer.report(*(customer.call(f"call-{number}", called=UNRATED) for number in range(3)))
    mine = ("--account", customer.account)
    ids = [item["id"] for item in run("suspense", "list", *mine, "--json").value]
    for command in (("list",), ("replay", "--all")):
        words = " ".join(at_terminal(columns, ("suspense", *command, *mine), machine.settings)).split()
        assert [word for word in words if word in ids] == ids
        assert words.count(customer.account) == 3


@pytest.mark.parametrize(
    ("columns", "width", "lines"),
    [
        (("id", "what", "more"), 18, ["id  what    more", "7   a word"]),
        (("id", "what", "more"), 17, ["id    7", "what  a word", ""]),
        (("id", "what"), 12, ["id  what", "7   a word"]),
        (("id", "what"), 11, ["7  a word"]),
    ],
)
def test_a_table_that_does_not_fit_becomes_a_block_for_each_row(monkeypatch, capsys, columns, width, lines):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    answer = Result([], "", columns, [("7", "a word", "")[: len(columns)]])
    show(answer, Options(None, is_for_programs=False))
    assert [line.strip() for line in click.unstyle(capsys.readouterr().out).splitlines()] == lines


def test_tab_separated_lines_begin_with_a_header(capsys):
    result = Result([], "2 things", ("id", "what"), [("7", "a word"), ("8", "")])
    show(result, Options(None, is_for_programs=False))
    assert capsys.readouterr().out.splitlines() == ["id\twhat", "7\ta word", "8\t", "2 things"]


def test_without_rows_there_is_no_header(capsys):
    show(Result([], "0 things", ("id", "what")), Options(None, is_for_programs=False))
    assert capsys.readouterr().out == "0 things\n"
