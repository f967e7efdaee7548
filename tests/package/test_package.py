"""The zip: its content, and that its bytes do not depend on the computer that builds it."""

import hashlib
import os
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from local.machine.paths import ROOT
from local.package import run
from local.package.build import SITE, build
from local.package.target import Target
from local.prepare import NotReadyError

AT_THE_ROOT = {".python_packages", "function_app.py", "functions", "host.json", "portal", "requirements.txt", "shared"}


@pytest.fixture(scope="session")
def names(package):
    with ZipFile(package) as packed:
        return packed.namelist()


def test_the_same_files_are_the_same_package_in_another_folder_time_zone_and_umask(python, tmp_path, monkeypatch):
    """Of the packages one file is enough here; `./dev prove package` installs all of them twice."""

    def installed(_target, folder):
        folder.mkdir()
        (folder / "module.py").write_text("")

    monkeypatch.setattr(sys.modules[build.__module__], "install", installed)
    first, second = tmp_path / "one.zip", tmp_path / "elsewhere" / "two.zip"
    made = build(python[1], first)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    usual = os.umask(0o077)
    try:
        assert build(python[1], second) == made
    finally:
        os.umask(usual)
    assert second.read_bytes() == first.read_bytes()
    assert (made.size, made.files) == (first.stat().st_size, made.own + 1)


def test_the_root_contains_only_deployed_files(names):
    assert {Path(name).parts[0] for name in names} == AT_THE_ROOT


def test_the_zip_contains_every_module_of_the_app(names):
    packages = ("functions/", "shared/")
    modules = {path.relative_to(ROOT).as_posix() for name in packages for path in (ROOT / name).rglob("*.py")}
    assert {name for name in names if name.startswith(packages) and name.endswith(".py")} == modules


def test_names_are_sorted_and_unique_with_one_time_and_one_permission(package):
    with ZipFile(package) as packed:
        entries = packed.infolist()
    assert [entry.filename for entry in entries] == sorted({entry.filename for entry in entries})
    assert {(entry.date_time, oct(entry.external_attr >> 16)) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), "0o100644")
    }


def test_no_file_contains_a_path_of_the_building_computer(package, names):
    of_this_computer = [str(place).encode() for place in (ROOT, Path(sys.executable).parent, package.parent)]
    with ZipFile(package) as packed:
        found = [name for name in names if any(place in packed.read(name) for place in of_this_computer)]
    assert found == []


def test_the_zip_contains_no_files_of_an_installer(names):
    left = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
    assert [name for name in names if Path(name).name in left or name.endswith(".pyc")] == []
    assert not any(name.startswith(f"{SITE}/bin/") for name in names)


def test_each_package_keeps_its_metadata(names):
    described = {Path(name).parent for name in names if name.endswith(".dist-info/METADATA")}
    assert len(described) > 60
    assert {Path(name).parent for name in names if name.endswith(".dist-info/WHEEL")} == described


def test_without_a_package_index_no_zip_is_built_and_the_previous_one_stays(tmp_path, tmp_path_factory, monkeypatch):
    before = tmp_path / "before.zip"
    before.write_bytes(b"of yesterday")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    with pytest.raises(NotReadyError, match="Is the package index reachable"):
        build(Target("3.13"), before)
    assert before.read_bytes() == b"of yesterday"
    assert list(tmp_path.iterdir()) == [before]


def test_the_command_describes_the_package(package, python, output):
    sha256 = hashlib.sha256(package.read_bytes()).hexdigest()
    assert output.startswith(f"dist/communications-credits.zip: Python {python[1].version}, ")
    assert output.endswith(f" sha256 {sha256}\n")


def test_the_command_fails_when_no_package_can_be_built(monkeypatch, capsys):
    def no_index(*_arguments):
        raise NotReadyError("Is the package index reachable?")

    monkeypatch.setattr("local.package.build", no_index)
    assert run([]) == 1
    assert "reachable" in capsys.readouterr().err
