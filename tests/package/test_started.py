"""The app started from the unpacked zip alone, without settings, installed packages and the project's files."""

import subprocess
from pathlib import Path

import pytest

from local.azure_python.interpreter import LOCKS, worker_python
from local.package.build import SITE
from local.package.deployed_python import NoPythonError
from local.package.start import NotStartedError, start
from tests.proofs.azure_worker.run import ask_worker, listed


def test_the_app_from_the_zip_lists_all_functions_with_their_triggers(started):
    assert started["functions"] == listed()
    kinds = {word for bindings in started["functions"].values() for word in bindings if "Trigger" in word}
    assert len(kinds) >= len(started["functions"]) > 30


def test_the_app_loads_modules_only_from_the_package_and_from_python(started, unpacked):
    assert started["foreign"] == []
    assert started["packages"] == {name: str(unpacked / name / "__init__.py") for name in ("functions", "shared")}


def test_the_first_call_reports_the_missing_setting(started):
    words = "the setting CreditsStorage__tableServiceUri is missing (docs/settings.md)"
    assert started["queue"] == f"SettingMissingError: {words}"
    assert started["http"]["status"] == 500
    assert any(line.endswith(words) for line in started["http"]["log"])


def test_the_package_contains_every_import_of_the_app_except_the_otlp_exporter(started):
    assert started["missing"] == []
    assert started["composed"] == ""


def test_the_package_does_not_replace_the_workers_protobuf(unpacked):
    """The app's packages come first on Azure's path: the worker would use another protobuf, too."""
    assert not (unpacked / SITE / "google" / "protobuf").exists()


def without(unpacked, copy, part):
    """A copy without *part*: links to everything beside the path to it, because there are many files."""
    kept, *deeper = Path(part).parts
    copy.mkdir()
    for found in unpacked.iterdir():
        if found.name != kept:
            (copy / found.name).symlink_to(found)
    if deeper:
        without(unpacked / kept, copy / kept, Path(*deeper))
    return copy


@pytest.mark.parametrize("part", ["shared/ports", SITE / "azure/functions", SITE / "pydantic_core"])
def test_an_app_without_a_module_that_it_imports_at_once_does_not_start(python, unpacked, tmp_path, part):
    with pytest.raises(NotStartedError, match="ModuleNotFoundError"):
        start(python[0], without(unpacked, tmp_path / "copy", part))


@pytest.mark.parametrize(("part", "shown"), [("azure/identity", "missing"), ("aiohttp", "composed")])
def test_a_missing_module_that_is_imported_later_is_reported(python, unpacked, tmp_path, part, shown):
    result = start(python[0], without(unpacked, tmp_path / "copy", SITE / part))
    assert part.replace("/", ".") in str(result[shown])
    assert result[shown]


def test_each_compiled_module_is_built_for_the_target(unpacked, python):
    compiled = [path.name for path in (unpacked / SITE).rglob("*.so")]
    assert compiled
    tag = f"cpython-{python[1].version.replace('.', '')}-x86_64-linux-gnu.so"
    assert [name for name in compiled if not name.endswith((tag, ".abi3.so"))] == []


def test_azures_worker_lists_the_same_functions_from_the_zip(unpacked, tmp_path):
    """The environment contains only the worker's packages; the app's packages come from the zip."""
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
