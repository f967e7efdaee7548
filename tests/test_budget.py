"""The work of the tests is counted by folder, and a run that exceeds tests/budget.toml fails."""

import subprocess
import sys
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from local.machine import watchdog
from local.machine.azurite import MAIN
from tests.workload import plugin
from tests.workload.budget import excess, flaws, read_budget
from tests.workload.distribution import ALONE, EARLY, ORDER, TOGETHER, unit_of
from tests.workload.plugin import TESTS, folder_of
from tests.workload.work import AZURITES, EXAMPLES, HOSTS, PROCESSES, WORK, Work


def test_the_budget_names_folders_and_kinds_of_work_that_exist():
    assert flaws(read_budget()) == []


@pytest.mark.parametrize("row", [{"nowhere": {PROCESSES: 1}}, {"rules": {"seconds": 1}}, {"rules": {EXAMPLES: 0}}])
def test_a_row_that_means_nothing_is_found(row):
    assert len(flaws(row)) == 1


def test_work_up_to_the_budget_is_allowed_and_more_is_reported_with_both_numbers():
    counts = {("local", PROCESSES): 3, ("local", HOSTS): 1, ("rules", EXAMPLES): 200}
    assert excess(counts, {"local": {PROCESSES: 3, HOSTS: 1}, "rules": {EXAMPLES: 200}}) == []
    assert excess(counts, {"local": {PROCESSES: 2}, "rules": {EXAMPLES: 199}}) == [
        "tests/local: 1 hosts, and the budget is 0",
        "tests/local: 3 processes, and the budget is 2",
        "tests/rules: 200 examples, and the budget is 199",
    ]


@pytest.mark.parametrize(
    ("command", "kinds"),
    [
        (["git", "ls-files"], [PROCESSES]),
        (["node", MAIN, "--silent"], [PROCESSES, AZURITES]),
        ([sys.executable, "-m", "local.host", "--fd", "3"], [PROCESSES, HOSTS]),
        ([sys.executable, watchdog.__file__], []),
    ],
)
def test_a_process_is_counted_by_what_it_runs(command, kinds):
    work = Work()
    with work.of("local"):
        work.add_process(command)
    assert work.counts == {("local", kind): 1 for kind in kinds}


def test_every_process_that_a_test_starts_is_counted():
    place, before = (".", PROCESSES), WORK.counts[".", PROCESSES]
    subprocess.run([sys.executable, "-S", "-c", ""], check=True)
    assert WORK.counts[place] == before + 1
    with WORK.of(None):
        subprocess.run([sys.executable, "-S", "-c", ""], check=True)
    assert WORK.counts[place] == before + 1


def test_a_test_belongs_to_the_first_folder_of_its_path():
    assert folder_of(TESTS / "audit" / "falsified" / "test_x.py") == "audit"
    assert folder_of(TESTS / "test_x.py") == "."


def test_tests_that_share_a_machine_are_one_unit_and_others_are_a_unit_by_file():
    assert unit_of("tests/journeys/test_a_card_fails.py::test_x[a::b]") == "tests/journeys/"
    assert unit_of("tests/journeys/test_one_trace.py::test_x") == "tests/journeys/test_one_trace.py"
    assert unit_of("tests/rules/kernel/test_ids.py::test_x") == "tests/rules/kernel/test_ids.py"


@pytest.mark.parametrize("unit", [*TOGETHER, *ALONE, *ORDER, *EARLY])
def test_every_unit_with_a_place_in_the_order_exists(unit):
    assert (TESTS.parent / unit).exists()


@pytest.fixture
def work(monkeypatch):
    """No work yet, instead of that of this process."""
    made = Work()
    monkeypatch.setattr(plugin, "WORK", made)
    monkeypatch.setattr(plugin, "read_budget", lambda: {"rules": {EXAMPLES: 300}})
    return made


def finished(**config):
    """A session whose tests have all passed."""
    session: Any = SimpleNamespace(config=SimpleNamespace(**config), exitstatus=pytest.ExitCode.OK)
    plugin.pytest_sessionfinish(session)
    return session


def sent_by_a_process(monkeypatch, examples):
    """What a test process of xdist sends at its end."""
    sent: dict[str, Any] = {}
    with monkeypatch.context() as patch:
        patch.setattr(plugin, "WORK", Work(counts=Counter({("rules", EXAMPLES): examples})))
        finished(workeroutput=sent)
    return sent


def test_the_work_of_all_test_processes_is_added_and_a_run_over_the_budget_fails(work, monkeypatch):
    for examples, ended in ((100, pytest.ExitCode.OK), (200, pytest.ExitCode.OK), (1, pytest.ExitCode.TESTS_FAILED)):
        plugin.pytest_testnodedown(SimpleNamespace(workeroutput=sent_by_a_process(monkeypatch, examples)))
        assert finished().exitstatus == ended
    assert work.counts == {("rules", EXAMPLES): 301}


def test_a_run_over_the_budget_says_what_to_do(work):
    lines: list[str] = []
    reporter: Any = SimpleNamespace(section=lambda title, **_: lines.append(title), write_line=lines.append)
    plugin.pytest_terminal_summary(reporter)
    assert lines == []
    work.counts["rules", EXAMPLES] = 301
    plugin.pytest_terminal_summary(reporter)
    assert "tests/rules: 301 examples, and the budget is 300" in lines[1]
    assert "tests/budget.toml" in lines[1]
