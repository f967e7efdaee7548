"""Evaluating the lock for a target, independent of the running Python."""

import pytest

from local.machine.paths import ROOT
from local.package.lock import lines_for
from local.package.packages import not_for
from local.package.target import DEPLOYED, Target

LOCK = (ROOT / "requirements.txt").read_text()


@pytest.mark.parametrize(("version", "major"), [("3.11", "1"), ("3.12", "1"), ("3.13", "2"), ("3.14", "2")])
def test_the_functions_library_is_the_one_for_the_target(version, major):
    [line] = [line for line in lines_for(LOCK, Target(version)) if line.startswith("azure-functions==")]
    assert line.startswith(f"azure-functions=={major}.")


def test_every_requirement_has_its_hashes_and_no_marker():
    lines = lines_for(LOCK, DEPLOYED)
    assert len(lines) > 60
    assert all("==" in line and "--hash=sha256:" in line and ";" not in line for line in lines)
    assert sum(line.count("--hash=") for line in lines) < LOCK.count("--hash=")


def test_requirements_of_other_systems_are_omitted():
    lock = "here==1 ; sys_platform == 'linux' --hash=sha256:aa\nthere==1 ; sys_platform == 'win32' --hash=sha256:bb\n"
    assert lines_for(lock, DEPLOYED) == ["here==1 --hash=sha256:aa"]


def test_a_requirement_without_a_hash_is_rejected():
    with pytest.raises(AssertionError, match="here is locked without a hash"):
        lines_for("here==1\n", DEPLOYED)


def test_a_package_that_does_not_support_the_target_is_reported(tmp_path):
    for name, needs in {"old": "Requires-Python: <3.13\n", "new": "Requires-Python: >=3.13\n", "any": ""}.items():
        (tmp_path / f"{name}-1.dist-info").mkdir()
        (tmp_path / f"{name}-1.dist-info" / "METADATA").write_text(f"Name: {name}\n{needs}")
    assert not_for(Target("3.13"), tmp_path) == ["old"]
    assert not_for(Target("3.12"), tmp_path) == ["new"]


@pytest.mark.parametrize("text", ["3.9", "3", "4.0", "3.13.1", "python3.13", ""])
def test_an_unsupported_python_version_is_rejected(text):
    with pytest.raises(ValueError, match=r"such as 3\.13"):
        Target.named(text)
