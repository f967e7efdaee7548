import os
import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest

from local.machine.child_processes import Child, ChildError, first_to_end
from local.machine.paths import ROOT

SLEEPER = [sys.executable, "-S", "-c", "import time; print('I sleep', flush=True); time.sleep(600)"]

ORPHANER = """
import sys
from pathlib import Path
from local.machine.child_processes import Child
child = Child.start("sleeper", sys.argv[2:], log=Path(sys.argv[1]), environment={})
child.until(lambda: child.log.read_text() or None, "ready", 10)
print(child._process.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start(tmp_path):
    started = []

    def run(*command):
        child = Child.start("sleeper", command, log=tmp_path / "log", environment={"WHO": "child"})
        started.append(child)
        return child

    yield run
    for child in started:
        child.end(5)


def test_an_ended_child_process_is_gone(start):
    child = start(*SLEEPER)
    child.until(lambda: "I sleep" in child.log.read_text() or None, "asleep", 10)
    child.end(5)
    assert not child.alive


def test_a_child_process_that_ignores_sigterm_is_killed(start):
    child = start("sh", "-c", "trap '' TERM; echo ignoring; while :; do sleep 600; done")
    child.until(lambda: "ignoring" in child.log.read_text() or None, "ignoring", 10)
    child.end(0.1)
    assert not child.alive


def test_a_frozen_child_process_is_ended(start):
    child = start(*SLEEPER)
    child.send(signal.SIGSTOP)
    child.end(5)
    assert child.wait(1) == -signal.SIGTERM


def test_a_child_process_that_fails_at_startup_shows_its_last_lines(start):
    child = start("sh", "-c", "echo $WHO is out of order >&2; exit 3")
    with pytest.raises(ChildError, match=r"(?s)sleeper ended before ready.*child is out of order"):
        child.until(lambda: None, "ready", 10)
    assert first_to_end() is child


def test_waiting_for_a_child_process_has_a_timeout(start):
    child = start(*SLEEPER)
    with pytest.raises(ChildError, match="not ready within"):
        child.until(lambda: None, "ready", 0.05)


def test_child_processes_end_when_their_parent_is_killed(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANER, str(tmp_path / "log"), *SLEEPER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as parent:
        assert parent.stdout is not None
        orphan = int(parent.stdout.readline())
        parent.kill()
    deadline = monotonic() + 10
    while runs(orphan) and monotonic() < deadline:
        sleep(0.01)
    assert not runs(orphan)


def runs(process):
    """Whether the process runs. A zombie does not; the system reaps it."""
    try:
        os.kill(process, 0)
        with open(f"/proc/{process}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
