"""Lost rows are rebuilt from the pages; the head is written last, so that no loop reads half an account."""

import pytest

from shared.ports import Create, OutcomeUnknownError
from shared.posting.journal.keys import HEAD
from shared.posting.journal.restore import StillThereError, restore
from tests.fakes.table import FakeTable
from tests.rules.books import ACCOUNT

WANTED = {HEAD: {"n": 0}, "a:lot:A": {"n": 1}, "a:lot:B": {"n": 2}, "m:1": {"n": 3}}


async def stored(table, account=ACCOUNT):
    return {row.key: dict(row.values) for row in (await table.range(account, "", "~")).rows}


async def table_with(**rows):
    table = FakeTable()
    for key, number in rows.items():
        await table.transact(ACCOUNT, [Create(key.replace("_", ":"), {"n": number})])
    return table


@pytest.mark.parametrize(
    ("there", "written"),
    [
        ({}, 4),
        ({"a_lot_A": 1}, 3),
        ({"a_lot_A": 1, "a_lot_B": 2, "m_1": 3}, 1),  # nothing but the head
        ({"a_lot_A": 9, "a_lot_B": 2, "m_1": 3}, 2),  # one has other content
        ({"a_lot_A": 9, "a_lot_B": 9, "m_1": 9}, 4),
    ],
)
async def test_missing_and_different_rows_are_written_and_counted(there, written):
    table = await table_with(**there)
    assert await restore(table, ACCOUNT, WANTED) == written
    assert await stored(table) == WANTED


async def test_correct_rows_are_not_written():
    table = await table_with(a_lot_A=1)
    etag = (await table.get(ACCOUNT, "a:lot:A")).etag
    await restore(table, ACCOUNT, WANTED)
    assert (await table.get(ACCOUNT, "a:lot:A")).etag == etag


async def test_an_account_in_use_is_not_rebuilt():
    table = await table_with(a_head=7)
    with pytest.raises(StillThereError, match=ACCOUNT):
        await restore(table, ACCOUNT, WANTED)
    assert await stored(table) == {HEAD: {"n": 7}}


async def test_more_rows_than_fit_into_a_transaction_are_written():
    rows = {f"m:{number:04d}": {"n": number} for number in range(251)}
    table = FakeTable()
    assert await restore(table, ACCOUNT, {HEAD: {"n": 0}, **rows}) == 252
    assert await stored(table) == {HEAD: {"n": 0}, **rows}
    assert table.transactions == 4


async def test_an_interrupted_rebuild_leaves_no_head_and_can_be_repeated():
    table = FakeTable()
    transactions = 0

    async def cut(verb, _partition, _what):
        nonlocal transactions
        transactions += verb == "transact"
        if transactions == 2:
            raise OutcomeUnknownError("cut off")

    table.before = cut
    with pytest.raises(OutcomeUnknownError):
        await restore(table, ACCOUNT, WANTED)
    table.before = None
    assert await stored(table) == {key: values for key, values in WANTED.items() if key != HEAD}
    assert await restore(table, ACCOUNT, WANTED) == 1
    assert await stored(table) == WANTED


async def test_other_accounts_are_not_changed():
    table = FakeTable()
    await table.transact("another", [Create("a:lot:A", {"n": 9})])
    await restore(table, ACCOUNT, WANTED)
    assert await stored(table, "another") == {"a:lot:A": {"n": 9}}
