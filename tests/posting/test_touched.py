"""What changes touch of holds, pools and licences: exactly the rows that a commit writes of them."""

import json
from dataclasses import replace

import pytest

from shared.kernel.ids import LotId
from shared.ledger.apply import apply
from shared.ledger.change import Change, Movement, MovementKind, PoolUse
from shared.ledger.entitlements import Licence
from shared.ledger.hold import HeldRate, Hold, HoldEnd
from shared.ledger.pool import Pool
from shared.posting.journal.call_rows import HOLD
from shared.posting.loop.commit_size import Touched, facts_size, touched_rows
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


@pytest.mark.parametrize("name", ["a", "ü" * 256, '"' * 256])
@pytest.mark.parametrize("pins", [0, 1, 40])
def test_the_size_of_a_hold_in_a_page_is_not_underestimated(name, pins):
    lots = tuple((LotId(f"20260301120000000000-{number:010}"), 10**15) for number in range(pins))
    pool = f"2026-03.MCOPSTN8.international.US.{'f' * 32}"
    hold = replace(
        OLD, key="f" * 48, leg=name, call_kind="conferenceDialOut", user=name, pool_user=name, pool=pool, pins=lots
    )
    stored = json.dumps([1_000, HOLD.dump_python(hold, mode="json")], separators=(",", ":"))
    assert len(stored) <= facts_size(Change(holds=(hold,)))
