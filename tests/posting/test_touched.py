"""What changes touch of holds, pools and licences: exactly the rows that a commit writes of them."""

from dataclasses import replace

import pytest

from shared.ledger.apply import apply
from shared.ledger.change import Change, Movement, MovementKind, PoolUse
from shared.ledger.entitlements import Licence
from shared.ledger.hold import HeldRate, Hold, HoldEnd
from shared.ledger.pool import Pool
from shared.posting.loop.commit_size import Touched, touched_rows
from tests.rules.books import HOUR, NOON, book

OLD = Hold("old", "old", "domestic", "ann", NOON, NOON + HOUR, 60, 0, HeldRate(1, 0, 0, 1), (), "P", "", 60)
NEW = replace(OLD, key="new", leg="new")
WITHOUT_POOL = replace(OLD, key="plain", pool="", pool_seconds=0)
TAKES = Change(movements=(Movement(MovementKind.DEBIT, (), pools=(PoolUse("Q", 5),)),))
BEFORE = book(holds={"old": OLD}, pools={"P": Pool("P", 0, 60)})


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ([Change()], 0),
        ([Change(holds=(WITHOUT_POOL,))], 1),
        ([Change(holds=(NEW,))], 2),  # with its pool
        ([Change(holds=(replace(OLD, pool_seconds=90),))], 2),
        ([Change(ended=(("old", HoldEnd.RELEASED),))], 2),
        ([Change(holds=(NEW,)), Change(ended=(("new", HoldEnd.SETTLED),))], 1),  # the pool was written to and fro
        ([TAKES], 1),
        ([TAKES, TAKES], 1),
        ([TAKES, Change(ended=(("old", HoldEnd.SETTLED),))], 3),
        ([Change(licences=(Licence("ann"), Licence("bob")))], 2),
        ([Change(licences=(Licence("ann"),)), Change(licences=(Licence("ann"),))], 1),
    ],
)
def test_the_rows_of_holds_pools_and_licences(changes, rows):
    after, touched = BEFORE, Touched()
    for change in changes:
        touched, after = touched.with_change(after, change), apply(after, change)
    assert touched_rows(replace(BEFORE, settings=after.settings), after, touched) == rows


def test_what_is_touched_keeps_its_order():
    touched = Touched().with_change(BEFORE, Change(holds=(NEW,), ended=(("old", HoldEnd.RELEASED),)))
    assert (list(touched.holds), list(touched.pools)) == (["new", "old"], ["P"])
    assert touched.with_change(BEFORE, Change()) is touched
