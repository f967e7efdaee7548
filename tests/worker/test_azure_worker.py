import re

import pytest

from local.azure_python.interpreter import LOCKS, worker_python
from local.machine.machine import Machine
from local.package.deployed_python import NoPythonError, find_python
from tests.proofs.azure_worker.expectations import JUDGES
from tests.proofs.azure_worker.run import ask_worker, deploy, listed, try_app
from tests.proofs.prove.checks import Checks

PINNED = re.compile(r"^([a-z0-9-]+)==\S+", re.MULTILINE)


@pytest.fixture(scope="module")
def python():
    try:
        return worker_python()
    except NoPythonError as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="module")
def observed(python):
    with Machine.start(None) as machine:
        yield try_app(machine, python)


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
def test_the_app_works_in_the_worker_of_azure(observed, judge):
    checks = Checks()
    judge(observed, checks)
    assert checks.passed, checks.failures


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("import shared.nowhere", "Cannot find module"),
        ("app.register_functions(usage.blueprint)", "does not have a unique function name"),
    ],
)
def test_an_app_that_azure_cannot_index_is_detected(python, tmp_path, line, words):
    app = deploy(tmp_path / "app")
    with (app / "function_app.py").open("a") as code:
        code.write(f"{line}\n")
    start = ask_worker(python, app, {}, {}, tmp_path)["start"]
    assert start["status"] == "Failure"
    assert words in start["exception"]


def test_the_app_is_indexed_without_any_setting(python, tmp_path):
    answers = ask_worker(python, deploy(tmp_path / "app"), {}, {}, tmp_path)
    assert answers["functions"].keys() == listed().keys()


def test_a_shim_without_an_installed_python_is_ignored(tmp_path, monkeypatch):
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(NoPythonError, match=r"no Python 3\.13: neither python3\.13 on the PATH nor"):
        find_python()


def test_the_workers_lock_has_hashes_and_no_package_of_the_app():
    deployed, own = (lock.read_text() for lock in LOCKS)
    assert "://" not in own
    assert set(PINNED.findall(own)) > {"azure-functions-runtime", "protobuf"}
    assert not set(PINNED.findall(own)) & set(PINNED.findall(deployed))
    assert own.count("--hash=sha256:") > len(PINNED.findall(own))
