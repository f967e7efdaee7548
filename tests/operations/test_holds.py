"""`credits holds`."""

from decimal import Decimal

import pytest

from operations.actions.holds import list_open_holds
from tests.fakes.world import ACCOUNT
from tests.journeys.customer import LONDON
from tests.tenant import Tenant

UNKNOWN = "00000000-0000-4000-8000-00000000dead"
QUESTION = {"user": "ann", "direction": "out", "service": "user", "called": LONDON, "wantedSeconds": 300}
HEADER = "leg\tsince\tvalid until\tstate\tamount\tcurrency\tfree seconds\tlots"


def test_an_account_without_calls_has_no_holds(run, customer):
    done = run("holds", customer.account)
    assert (done.code, done.out) == (0, "0 open holds\n")


def test_open_holds_are_listed_with_what_they_set_aside(run, customer):
    for leg in ("leg-1", "leg-2"):
        assert customer.ask(leg, "authorise", QUESTION)["allowed"]
    [lot] = customer.items("/lots")
    done = run("holds", customer.account)
    header, *rows, summary = done.out.splitlines()
    assert (done.code, header, summary) == (0, HEADER, "2 open holds")
    assert [row.split("\t")[0] for row in rows] == ["leg-1", "leg-2"]
    assert rows[0].split("\t")[3:] == ["open", "0.060000", "USD", "0", f"{lot['id']} 0.060000"]
    assert run("holds", customer.account, "--json").value == customer.items("/holds")
    customer.ask("leg-1", "release", {})
    assert [hold["leg"] for hold in run("holds", customer.account, "--json").value] == ["leg-2"]
    assert customer.balance == Decimal(10)


@pytest.mark.parametrize(("seconds", "state", "late"), [(419, "open", ""), (420, "late", ", 1 of them late")])
async def test_a_hold_that_should_have_timed_out_is_late(world, seconds, state, late):
    tenant = Tenant(world)
    await world.publish()
    await tenant.open()
    await tenant.grant()
    await tenant.authorise(wantedSeconds=300)
    world.clock.forward(seconds=seconds)  # no wake-up is processed
    shown = await list_open_holds(world.services, ACCOUNT)
    assert [row[3] for row in shown.rows] == [state]
    assert shown.summary == f"1 open hold{late}"


def test_an_unknown_account_is_refused(run):
    done = run("holds", UNKNOWN)
    assert (done.code, done.err) == (1, "credits: there is no such account\n")
