"""Which packages a target gets, whatever Python runs the installer."""

import subprocess
import sys

import pytest

from local.machine.paths import ROOT
from local.package.target import Target
from local.prepare import UV, uv_environment, uv_program


def choose(version, lock):
    """The name and version of each package that would be installed, and the exit code."""
    options = (*(word for word in UV if word != "--quiet"), "--dry-run", *Target(version).options)
    done = subprocess.run(
        [uv_program(ROOT), *options, "--python", sys.executable, "--target", str(lock.parent / "new"), "-r", str(lock)],
        check=False,
        env=uv_environment(ROOT),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout, done.returncode


@pytest.fixture
def azure_functions(tmp_path):
    """The locked versions of Azure's library: one for older Pythons, one for newer ones."""
    whole = (ROOT / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
    lock = tmp_path / "requirements.txt"
    lock.write_text("\n".join(line for line in whole if line.startswith("azure-functions==")))
    return lock


@pytest.mark.parametrize(("version", "major"), [("3.11", "1"), ("3.12", "1"), ("3.13", "2"), ("3.14", "2")])
def test_the_functions_library_is_the_one_for_the_target(azure_functions, version, major):
    chosen, code = choose(version, azure_functions)
    assert f" + azure-functions=={major}." in chosen
    assert chosen.count(" + ") == 1
    assert code == 0


def test_a_package_that_does_not_support_the_target_is_not_installed(azure_functions):
    refused, code = choose("3.8", azure_functions)
    assert "does not satisfy" in refused
    assert code != 0


def test_requirements_of_other_systems_are_omitted(azure_functions):
    azure_functions.write_text(
        azure_functions.read_text().replace("python_full_version >= '3.13'", "sys_platform == 'win32'")
    )
    chosen, code = choose("3.13", azure_functions)
    assert " + " not in chosen
    assert code == 0


def test_a_requirement_without_a_hash_is_refused(azure_functions):
    azure_functions.write_text("azure-functions==2.3.0\n")
    refused, code = choose("3.13", azure_functions)
    assert "hash" in refused
    assert code != 0


@pytest.mark.parametrize("text", ["3.9", "3", "4.0", "3.13.1", "python3.13", ""])
def test_an_unsupported_python_version_is_rejected(text):
    with pytest.raises(ValueError, match=r"such as 3\.13"):
        Target.named(text)
