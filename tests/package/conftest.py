"""One package for all tests, built for a Python that can be started here, and unpacked once."""

from contextlib import redirect_stdout
from io import StringIO

import pytest

from local.machine.paths import ROOT
from local.package import ZIP, run
from local.package.start import available_python, start, unpack


@pytest.fixture(scope="session")
def python():
    """A Python without packages, and its target."""
    return available_python()


@pytest.fixture(scope="session")
def made(python, tmp_path_factory):
    """The zip that the command builds, and the command's output.

    This fails without a package index, because a package that cannot be built has not been tested.
    """
    root, output = tmp_path_factory.mktemp("project"), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output):
        patch.setattr("local.package.ROOT", root)
        patch.setattr("local.package.ZIP", root / ZIP.relative_to(ROOT))
        assert run(["--python", python[1].version]) == 0
    return root / ZIP.relative_to(ROOT), output.getvalue()


@pytest.fixture(scope="session")
def package(made):
    return made[0]


@pytest.fixture(scope="session")
def output(made):
    return made[1]


@pytest.fixture(scope="session")
def unpacked(package, tmp_path_factory):
    return unpack(package, tmp_path_factory.mktemp("unpacked"))


@pytest.fixture(scope="session")
def started(python, unpacked):
    return start(python[0], unpacked)
