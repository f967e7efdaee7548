import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from local.machine.paths import ROOT
from tests.proofs.mutants import run
from tests.proofs.mutants.explained import EXPLAINED, Change, explanations, split_explained
from tests.proofs.mutants.mutant import Mutant
from tests.proofs.mutants.packages import PACKAGES, packages_of
from tests.proofs.mutants.results import changed, line_of
from tests.proofs.mutants.score import Score
from tests.proofs.mutants.working_copy import configure, copy_tree, sample

SOURCE = """
class Till:
    def open(self, at):
        self.at = at
        return at > 0


def open(at):
    return at > 0
"""

DIFFERENCE = """--- shared/ledger/till.py
+++ shared/ledger/till.py
@@ -1,3 +1,3 @@
 def open(self, at):
     self.at = at
-    return at > 0
+    return at >= 0"""


def mutant(before="return at > 0", after="return at >= 0", *, is_killed=False):
    return Mutant("shared/ledger/till.py", 5, "Till.open", before, after, is_killed=is_killed)


def test_the_line_of_a_mutant_is_found_in_the_file():
    removed, added, offset = changed(DIFFERENCE)
    assert (removed, added) == (["    return at > 0"], ["    return at >= 0"])
    assert line_of(SOURCE, "Till", "open", removed, offset) == 5
    assert line_of(SOURCE, None, "open", removed, 1) == 9


def test_changed_text_for_people_is_prose_and_a_changed_error_code_is_not():
    refused = 'raise ProblemError("not_found", "no such lot")'
    assert mutant(refused, 'raise ProblemError("not_found", "XXno such lotXX")').is_prose
    assert not mutant(refused, 'raise ProblemError("NOT_FOUND", "no such lot")').is_prose
    assert not mutant(refused, 'raise ProblemError("not_found", None)').is_prose


def test_an_explained_survivor_does_not_count_and_keeps_its_reason():
    stays, another = mutant(), mutant(after="return at > 1")
    reasons = {Change(stays.file, stays.function, stays.before, stays.after): "no till opens at zero"}
    explained, survivors = split_explained([stays, another], reasons)
    score = Score(packages_of(ROOT / "shared" / "ledger")[0], 11, explained, survivors)
    assert [reason for _, reason in score.explained] == ["no till opens at zero"]
    assert (score.killed, len(score.survivors), score.per_cent) == (9, 1, 90.0)
    assert score.is_reached


def test_a_package_without_a_minimum_score_always_reaches_it():
    ledger, kernel = (packages_of(ROOT / "shared" / name)[0] for name in ("ledger", "kernel"))
    survivors = [mutant(), mutant()]
    assert not Score(ledger, 11, [], survivors).is_reached
    assert Score(kernel, 11, [], survivors).is_reached


def test_the_packages_of_a_path_are_found():
    assert [package.name for package in packages_of(ROOT / "shared" / "ledger" / "order.py")] == ["ledger"]
    assert [package.name for package in packages_of(ROOT / "shared" / "use_cases" / "usage")] == ["use_cases"]
    assert packages_of(ROOT / "shared") == list(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_package_and_its_tests_exist(package):
    assert package.folder.is_dir()
    assert all((ROOT / path).exists() for path in package.tests)


def test_every_explained_change_is_still_in_the_code():
    """Otherwise the explanation is outdated."""
    for change, reason in explanations(EXPLAINED).items():
        code = " ".join((ROOT / change.file).read_text().split())
        assert " ".join(change.before.split()) in code, f"{change.file}: {change.before}"
        assert change.before != change.after
        assert len(reason) > 20, "a reason, not an excuse"


def test_no_mutant_is_explained_twice():
    rows = tomllib.loads(Path(EXPLAINED).read_text()).get("survivor", [])
    assert len(rows) == len(explanations(EXPLAINED))


@pytest.mark.parametrize("path", ["functions", "shared/no_such_package", "/"])
def test_only_paths_in_shared_are_accepted(path, capsys):
    with pytest.raises(SystemExit) as ended:
        run([path])
    assert ended.value.code == 2
    assert "is not in shared/" in capsys.readouterr().err


def test_a_sample_depends_on_its_seed_and_contains_at_most_every_mutant(tmp_path):
    copy_tree(tmp_path)
    configure(tmp_path, packages_of(ROOT / "shared" / "ledger")[0], ROOT / "shared" / "ledger" / "order.py")
    every = sample(tmp_path, 10_000, 1)
    assert len(every) > 5
    assert all(name.startswith("shared.ledger.order.") for name in every)
    assert sample(tmp_path, 5, 1) == sample(tmp_path, 5, 1) != sample(tmp_path, 5, 2)
    assert set(sample(tmp_path, 5, 1)) < set(every)


TWICE = """
import sys
import pytest

class Names:
    def pytest_collection_modifyitems(self, items):
        self.found = [item.nodeid for item in items]

for chosen in (sys.argv[1:], None):
    names = Names()
    ended = pytest.main(["--collect-only", "-qqq", "-p", "no:cacheprovider", *(chosen or found)], plugins=[names])
    found = names.found
    assert ended == 0 and found
"""


def test_every_test_of_the_adapters_can_be_selected_by_its_name():
    """mutmut selects the tests of a mutant by name, in the process that collected the names."""
    tests = next(package.tests for package in PACKAGES if package.name == "adapters")
    run_twice = subprocess.run((sys.executable, "-c", TWICE, *tests), cwd=ROOT, capture_output=True, check=False)
    assert run_twice.returncode == 0, run_twice.stderr[-2_000:]
