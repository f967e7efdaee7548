import pytest

from local.machine.paths import ROOT
from tests.proofs.prove import run
from tests.proofs.prove.upgrade.earlier import NoSuchRevisionError, differing, unpack


def test_a_revision_that_the_repository_does_not_have_is_named(tmp_path):
    with pytest.raises(NoSuchRevisionError, match="does not have revision no-such-revision"):
        unpack("no-such-revision", tmp_path)


def test_an_upgrade_from_it_is_not_tried_and_does_not_hold(capsys):
    assert run(["upgrade", "--from", "no-such-revision"]) == 1
    assert "not tried: this repository does not have revision" in capsys.readouterr().out


def test_what_is_unpacked_is_compared_with_the_present_code(tmp_path):
    assert differing(ROOT) == 0
    for room in ("shared", "functions"):
        (tmp_path / room).mkdir()
    assert differing(tmp_path) > 100
