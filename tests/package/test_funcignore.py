"""`.funcignore` includes the same files in git, azd and Core Tools."""

import subprocess

import pytest

from local.machine.paths import ROOT
from local.package.contents import own_files
from tests.package.ignore_readers import READERS

LINES = (ROOT / ".funcignore").read_text().splitlines()


@pytest.fixture(scope="module")
def project():
    """Every file of the project that git does not ignore, new ones included."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    return [name for name in listed.stdout.decode().split("\n") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("reader", READERS)
def test_every_tool_includes_exactly_the_packed_files(project, reader):
    packed = [path.as_posix() for path in own_files(ROOT)]
    assert len(packed) > 100
    assert sorted(name for name in project if READERS[reader](LINES, name)) == packed


@pytest.mark.parametrize(
    "stray",
    [
        ".env",
        ".azure/trial/.env",
        ".git/config",
        ".github/workflows/deploy.yml",
        ".local/up/issuer.pem",
        ".venv/lib/python3.13/site-packages/pip/__init__.py",
        "azure.yaml",
        "dist/communications-credits.zip",
        "docs/why.md",
        "infra/main.bicep",
        "local.settings.json",
        "local/host/shared/x.py",
        "new folder/key.pem",
        "operations/__main__.py",
        "tests/functions/test_routes.py",
    ],
)
@pytest.mark.parametrize("reader", READERS)
def test_other_files_are_excluded(reader, stray):
    assert not READERS[reader](LINES, stray)


@pytest.mark.parametrize("reader", READERS)
def test_installed_packages_are_included(reader):
    assert READERS[reader](LINES, ".python_packages/lib/site-packages/azure/functions/tests/x.py")


@pytest.mark.parametrize("compiled", ["shared/__pycache__/wiring.cpython-313.pyc", "functions/usage.pyc"])
@pytest.mark.parametrize("reader", ["git", "azd"])
def test_compiled_files_are_excluded_by_git_and_azd(reader, compiled):
    assert not READERS[reader](LINES, compiled)
