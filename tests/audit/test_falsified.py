"""For every changed, lost or added row the audit names the row and the invariant (R25)."""

import pytest

from shared.audit.finding import Invariant
from shared.ports import Row, UnavailableError
from shared.use_cases.accounts.audit_account import audit_account
from shared.use_cases.accounts.audit_accounts import audit_accounts
from tests.audit.falsified import FALSIFIED
from tests.audit.forged import FORGED
from tests.audit.forged_calls import FORGED_CALLS
from tests.tenant import OTHER, Tenant, call, report


def named(row):
    return row[1].__name__


@pytest.mark.parametrize("falsified", [*FALSIFIED, *FORGED, *FORGED_CALLS], ids=named)
async def test_the_audit_names_the_falsified_row(books, falsified):
    invariant, falsify = falsified
    row = falsify(books)
    found = {(finding.invariant, finding.row) for finding in await books.audit()}
    assert (invariant, row) in found


@pytest.mark.parametrize("falsified", FALSIFIED, ids=named)
async def test_a_falsified_account_does_not_prevent_the_audit_of_others(books, falsified):
    other = Tenant(books.world, OTHER)
    await other.open()
    await other.grant("5")
    books.world.ledger.partitions[OTHER].pop(next(key for key in books.world.ledger.partitions[OTHER] if "m:" in key))
    _, falsify = falsified
    falsify(books)
    assert OTHER in {finding.account for finding in await audit_accounts(books.world.services)}


async def test_an_unregistered_account_is_found_by_its_alarm(books):
    del books.world.accounts.partitions["accounts"][books.account]
    assert {(finding.invariant, finding.row) for finding in await books.audit()} == {(Invariant.TENANT, "Accounts")}


async def test_an_unsent_outbox_row_is_reported_after_a_quarter_of_an_hour(books):
    async def closed(_queue, _text):
        raise UnavailableError("the queue is away")

    books.world.queues.fault = closed
    await books.tenant.set_auto_recharge(enabled=False, trigger={"amount": "0", "currency": "USD"})
    await books.tenant.set_auto_recharge(
        trigger={"amount": "1000", "currency": "USD"}, largestCharge={"amount": "5000", "currency": "USD"}
    )
    (waiting,) = books.keys("o:")
    books.world.clock.forward(minutes=15)
    assert await books.audit() == []
    books.world.clock.forward(seconds=1)
    assert [(finding.invariant, finding.row) for finding in await books.audit()] == [(Invariant.WAITING, waiting)]


async def test_a_falsified_row_is_found_during_bookings(books):
    row = books.raise_by_one(books.keys("h:lot:")[0], "remaining")
    looks = 0

    async def booked_meanwhile(verb, _partition, _what):
        nonlocal looks
        if verb == "range":
            books.world.ledger.after = None
            looks += 1
            await report(books.world, call(f"meanwhile {looks}", called="911"))
            books.world.ledger.after = booked_meanwhile

    books.world.ledger.after = booked_meanwhile
    found = await audit_account(books.world.services, books.account)
    assert {(finding.invariant, finding.row) for finding in found} == {(Invariant.LOT, row)}
    assert looks >= 10  # the rows changed at every read


async def test_a_row_in_another_partition_is_audited_there(books):
    books.world.ledger.partitions[OTHER] = {"a:lot:x": Row("a:lot:x", "x", {})}
    await books.world.services.registry.add(OTHER)
    assert {finding.account for finding in await books.audit()} == {OTHER}
