"""The app, from the unpacked zip alone: no setting, no package of this computer, no file of the project."""

import os
import shutil
import subprocess

import pytest

from local.azure_python.interpreter import LOCKS, NoPythonError, worker_python
from local.package.build import SITE
from local.package.start import NotStartedError, start
from tests.proofs.azure_worker.run import ask_worker, listed


def test_it_lists_the_functions_of_the_project_with_their_triggers(started):
    assert started["functions"] == listed()
    kinds = {word for bindings in started["functions"].values() for word in bindings if "Trigger" in word}
    assert len(kinds) >= len(started["functions"]) > 30


def test_it_loads_nothing_that_is_not_in_the_package_or_part_of_python(started, unpacked):
    assert started["foreign"] == []
    assert started["rooms"] == {room: str(unpacked / room / "__init__.py") for room in ("functions", "shared")}


def test_the_first_call_names_the_setting_that_is_missing(started):
    words = "the setting CreditsStorage__tableServiceUri is missing (docs/settings.md)"
    assert started["queue"] == f"SettingMissingError: {words}"
    assert started["http"]["status"] == 500
    assert any(line.endswith(words) for line in started["http"]["log"])


def test_whatever_the_app_imports_early_or_late_is_in_the_package_but_the_exporter_for_elsewhere(started):
    assert started["missing"] == []
    assert started["composed"] == ""


def test_nothing_takes_the_place_of_what_the_worker_brings(unpacked):
    """Packages of the app come first on Azure's path: another protobuf would be the worker's, too."""
    assert not (unpacked / SITE / "google" / "protobuf").exists()


def without(unpacked, copy, part):
    """A copy that lacks a part; the files are linked, for there are many."""
    shutil.copytree(unpacked, copy, copy_function=os.link)
    shutil.rmtree(copy / part)
    return copy


@pytest.mark.parametrize("part", ["shared/ports", SITE / "azure/functions", SITE / "pydantic_core"])
def test_an_app_that_lacks_what_it_needs_at_once_does_not_start(python, unpacked, tmp_path, part):
    with pytest.raises(NotStartedError, match="ModuleNotFoundError"):
        start(python[0], without(unpacked, tmp_path / "copy", part))


@pytest.mark.parametrize(
    ("part", "shown"), [("stripe", "missing"), ("azure/identity", "missing"), ("aiohttp", "composed")]
)
def test_what_is_needed_only_later_is_missed_too(python, unpacked, tmp_path, part, shown):
    seen = start(python[0], without(unpacked, tmp_path / "copy", SITE / part))
    assert part.replace("/", ".") in str(seen[shown])
    assert seen[shown]


def test_each_compiled_module_is_made_for_that_python_and_system(unpacked, python):
    compiled = [path.name for path in (unpacked / SITE).rglob("*.so")]
    assert compiled
    tag = f"cpython-{python[1].version.replace('.', '')}-x86_64-linux-gnu.so"
    assert [name for name in compiled if not name.endswith((tag, ".abi3.so"))] == []


def test_the_worker_of_azure_lists_the_same_from_the_zip(unpacked, tmp_path):
    """Its environment holds what Azure's worker brings and nothing of the app's: that comes from the zip."""
    try:
        bare = worker_python("worker-bare", LOCKS[1:])
    except NoPythonError as absent:
        pytest.skip(str(absent))
    alone = subprocess.run([bare, "-c", "import azure.functions"], capture_output=True, text=True, check=False)
    assert "ModuleNotFoundError" in alone.stderr
    answers = ask_worker(bare, unpacked, {"PYTHONPATH": str(unpacked / SITE)}, {}, tmp_path)
    assert {name: function["bindings"] for name, function in answers["functions"].items()} == listed()
    assert {function["status"] for function in answers["functions"].values()} == {"Success"}
    assert answers["warnings"] == []
