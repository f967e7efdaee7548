import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from local.machine.paths import ROOT
from tests.proofs.mutants import run
from tests.proofs.mutants.explained import EXPLAINED, Change, explanations, sort_out
from tests.proofs.mutants.mutant import Mutant
from tests.proofs.mutants.results import changed, line_of
from tests.proofs.mutants.rooms import ROOMS, rooms_of
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


def test_a_mutant_is_placed_where_its_line_stands_in_the_file():
    went, came, offset = changed(DIFFERENCE)
    assert (went, came) == (["    return at > 0"], ["    return at >= 0"])
    assert line_of(SOURCE, "Till", "open", went, offset) == 5
    assert line_of(SOURCE, None, "open", went, 1) == 9


def test_words_for_people_are_no_mutant_and_a_code_is_one():
    refused = 'raise ProblemError("not_found", "no such lot")'
    assert mutant(refused, 'raise ProblemError("not_found", "XXno such lotXX")').is_prose
    assert not mutant(refused, 'raise ProblemError("NOT_FOUND", "no such lot")').is_prose
    assert not mutant(refused, 'raise ProblemError("not_found", None)').is_prose


def test_an_explained_survivor_leaves_the_score_and_keeps_its_reason():
    stays, another = mutant(), mutant(after="return at > 1")
    reasons = {Change(stays.file, stays.function, stays.before, stays.after): "no till opens at zero"}
    explained, survivors = sort_out([stays, another], reasons)
    score = Score(rooms_of(ROOT / "shared" / "ledger")[0], 11, explained, survivors)
    assert [reason for _, reason in score.explained] == ["no till opens at zero"]
    assert (score.killed, len(score.survivors), score.per_cent) == (9, 1, 90.0)
    assert score.is_reached


def test_a_room_below_its_score_is_missed_and_one_that_is_only_measured_never_is():
    ledger, kernel = (rooms_of(ROOT / "shared" / name)[0] for name in ("ledger", "kernel"))
    survivors = [mutant(), mutant()]
    assert not Score(ledger, 11, [], survivors).is_reached
    assert Score(kernel, 11, [], survivors).is_reached


def test_a_file_is_judged_by_the_tests_of_its_room_and_shared_by_all_of_them():
    assert [room.name for room in rooms_of(ROOT / "shared" / "ledger" / "order.py")] == ["ledger"]
    assert [room.name for room in rooms_of(ROOT / "shared" / "use_cases" / "usage")] == ["use_cases"]
    assert rooms_of(ROOT / "shared") == list(ROOMS)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_and_what_judges_it_is_there(room):
    assert room.folder.is_dir()
    assert all((ROOT / check_verdict).exists() for check_verdict in room.judges)


def test_what_is_explained_still_stands_in_the_code():
    """Else the explanation would outlive what it explains."""
    for change, reason in explanations(EXPLAINED).items():
        code = " ".join((ROOT / change.file).read_text().split())
        assert " ".join(change.before.split()) in code, f"{change.file}: {change.before}"
        assert change.before != change.after
        assert len(reason) > 20, "a reason, not an excuse"


def test_nothing_is_explained_twice():
    rows = tomllib.loads(Path(EXPLAINED).read_text()).get("survivor", [])
    assert len(rows) == len(explanations(EXPLAINED))


@pytest.mark.parametrize("path", ["functions", "shared/no_such_room", "/"])
def test_only_what_is_shared_is_mutated(path, capsys):
    with pytest.raises(SystemExit) as ended:
        run([path])
    assert ended.value.code == 2
    assert "is not in shared/" in capsys.readouterr().err


def test_a_sample_is_chosen_by_its_seed_and_a_room_has_no_more_than_it_has(tmp_path):
    copy_tree(tmp_path)
    configure(tmp_path, rooms_of(ROOT / "shared" / "ledger")[0], ROOT / "shared" / "ledger" / "order.py")
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


def test_every_test_that_judges_an_adapter_is_found_again_by_its_name():
    """mutmut runs the tests of a mutant by name, in the process that wrote the names down."""
    judges = next(room.judges for room in ROOMS if room.name == "adapters")
    run_twice = subprocess.run((sys.executable, "-c", TWICE, *judges), cwd=ROOT, capture_output=True, check=False)
    assert run_twice.returncode == 0, run_twice.stderr[-2_000:]
