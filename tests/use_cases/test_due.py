"""What has become due is worked off in commits that the storage takes, whatever comes together."""

import pytest

from shared.kernel.ids import LotId
from shared.ledger.hold import HeldRate, Hold
from shared.ledger.intent import Intent, IntentState
from shared.posting.alarm import Alarm
from shared.posting.loop.commit_size import Touched, touched_rows
from shared.posting.loop.consequences import with_consequences
from shared.posting.loop.group import ROWS_MAX
from shared.purchasing.purchase import FIRST_CHECK_AFTER
from shared.recharge.rules import RechargeRules
from shared.use_cases.accounts.due import due, pools_of_holds
from tests.rules.books import ACCOUNT, DAY, GRACE, HOUR, INSTANT, NOON, book, lot

LAPSED = NOON - GRACE
HEAD_AND_PAGE = LOT_AND_HABIT = 2


def hold(name, *pins, until=NOON, pool="", pool_seconds=0):
    rate = HeldRate(60, 0, 0, 1)
    amount = sum(part for _, part in pins)
    return Hold(
        name,
        name,
        "domestic",
        "ann",
        NOON - HOUR,
        until,
        60,
        amount,
        rate,
        tuple((LotId(at), part) for at, part in pins),
        pool,
        "",
        pool_seconds,
    )


def purchase(number):
    name = f"intent {number:02}"
    begun = NOON - FIRST_CHECK_AFTER
    return name, Intent(name, IntentState.REQUIRES_ACTION, 50, "card", begun, begun, payment=f"pi_{number}")


def lots(count, *, expires=LAPSED, pinned=1, first=0):
    return [lot(f"L{number:03}", 2, pinned=pinned, expires=expires) for number in range(first, first + count)]


def rows_of_commit(before):
    change, after = with_consequences(
        before, due(before, Alarm(ACCOUNT, NOON), GRACE, NOON), now=NOON, recharge_rules=RechargeRules(HOUR)
    )
    touched = Touched().with_change(before, change)
    return HEAD_AND_PAGE + len(change.outbox) + touched_rows(before, after, touched), change


def holds_on(names, each):
    """Holds that have each pinned 1 in *each* of the lots *names*."""
    groups = [names[start : start + each] for start in range(0, len(names), each)]
    made = [hold(f"hold {number:03}", *((name, 1) for name in group)) for number, group in enumerate(groups)]
    return {one.key: one for one in made}


@pytest.mark.parametrize("each", [1, 8, 40])
@pytest.mark.parametrize("others", [0, 20])
def test_holds_on_lapsed_lots_beside_other_lapses_and_purchases_fit_into_a_commit(each, others):
    pinned = lots(40)
    names = [one.id for one in pinned]
    before = book(
        *pinned,
        *lots(others, pinned=0, first=40),
        holds=holds_on(names, each),
        intents=dict(purchase(number) for number in range(50)),
    )
    rows, change = rows_of_commit(before)
    assert rows <= ROWS_MAX
    assert change.ended


@pytest.mark.parametrize("each", [1, 8, 40])
def test_holds_that_give_back_money_for_overdraft_fit_into_a_commit(each):
    pinned = lots(40, expires=NOON + DAY)
    names = [one.id for one in pinned]
    free = lots(60, expires=NOON + DAY, pinned=0, first=40)
    before = book(
        *pinned,
        *free,
        holds=holds_on(names, each),
        overdraft=1_000,
        intents=dict(purchase(number) for number in range(50)),
    )
    rows, change = rows_of_commit(before)
    assert rows <= ROWS_MAX
    assert change.ended


def test_holds_on_one_lot_time_out_many_at_once():
    shared = lot("A", 1_000, pinned=300)
    before = book(shared, holds={f"{n:03}": hold(f"{n:03}", ("A", 1)) for n in range(300)})
    rows, change = rows_of_commit(before)
    assert (rows, len(change.ended)) == (HEAD_AND_PAGE + 89 + LOT_AND_HABIT, 89)


def test_purchases_are_moved_beside_holds_as_far_as_rows_are_left():
    before = book(
        lot("A", 100, pinned=45),
        holds={f"{n:02}": hold(f"{n:02}", ("A", 1)) for n in range(45)},
        intents=dict(purchase(number) for number in range(50)),
    )
    rows, change = rows_of_commit(before)
    assert (len(change.ended), len(change.outbox)) == (45, 91 - 45 - 2)
    assert rows == HEAD_AND_PAGE + 45 + LOT_AND_HABIT + 44


def test_the_pools_of_holds_that_are_due_are_read_and_no_others():
    before = book(
        holds={
            "due": hold("due", until=NOON, pool="P", pool_seconds=1),
            "later": hold("later", until=NOON + INSTANT, pool="Q", pool_seconds=1),
            "none": hold("none", until=NOON),
        }
    )
    assert pools_of_holds(before, NOON) == ("P",)
    assert due(before, Alarm(ACCOUNT, NOON), GRACE, NOON).ended == (("none", "timedOut"),)
