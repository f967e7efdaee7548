"""One package for all of its tests, made for a Python that can be started here, and unpacked once."""

from contextlib import redirect_stdout
from io import StringIO

import pytest

from local.machine.paths import ROOT
from local.package import ZIP, run
from local.package.start import at_hand, start, unpack


@pytest.fixture(scope="session")
def python():
    """A bare Python, and the target that it is."""
    return at_hand()


@pytest.fixture(scope="session")
def made(python, tmp_path_factory):
    """The zip as the command makes it, and what it says of it.

    Without a package index this fails: what cannot be made has not been tried.
    """
    root, words = tmp_path_factory.mktemp("project"), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(words):
        patch.setattr("local.package.ROOT", root)
        patch.setattr("local.package.ZIP", root / ZIP.relative_to(ROOT))
        assert run(["--python", python[1].version]) == 0
    return root / ZIP.relative_to(ROOT), words.getvalue()


@pytest.fixture(scope="session")
def package(made):
    return made[0]


@pytest.fixture(scope="session")
def told(made):
    return made[1]


@pytest.fixture(scope="session")
def unpacked(package, tmp_path_factory):
    return unpack(package, tmp_path_factory.mktemp("unpacked"))


@pytest.fixture(scope="session")
def started(python, unpacked):
    return start(python[0], unpacked)
