import pytest

from local.machine.paths import ROOT
from tests.proofs.prove import run
from tests.proofs.prove.upgrade.earlier import NoSuchRevisionError, differing, unpack


def test_unpacking_an_unknown_revision_raises_an_error_that_names_it(tmp_path):
    with pytest.raises(NoSuchRevisionError, match="does not have revision no-such-revision"):
        unpack("no-such-revision", tmp_path)


def test_an_upgrade_from_an_unknown_revision_is_not_tried_and_fails(capsys):
    assert run(["upgrade", "--from", "no-such-revision"]) == 1
    assert "not tried: this repository does not have revision" in capsys.readouterr().out


def test_differing_counts_the_files_that_differ_from_the_current_code(tmp_path):
    assert differing(ROOT) == 0
    for package in ("shared", "functions"):
        (tmp_path / package).mkdir()
    assert differing(tmp_path) > 100
