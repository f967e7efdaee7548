"""`credits holds`."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from operations.actions.holds import list_open_holds
from shared.service.http import Reply
from tests.journeys.customer import LONDON

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


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "state", "summary"), [(-1, "open", "1 open hold"), (0, "late", "1 of them late")])
async def test_a_hold_that_should_have_timed_out_is_late(monkeypatch, seconds, state, summary):
    money = {"amount": "0.060000", "currency": "USD"}
    hold = {"leg": "leg-1", "since": "2026-03-01T11:53:00Z", "validUntil": "2026-03-01T12:00:00Z", "amount": money}

    async def one_hold(_services, _request):
        return Reply(200, {"items": [{**hold, "freeSeconds": 0, "lots": []}], "next": None})

    monkeypatch.setattr("operations.actions.holds.list_holds", one_hold)
    services = SimpleNamespace(clock=SimpleNamespace(now=lambda: NOON + timedelta(seconds=seconds)))
    shown = await list_open_holds(services, UNKNOWN)
    assert shown.rows[0][3] == state
    assert shown.summary.endswith(summary)


def test_an_unknown_account_is_refused(run):
    done = run("holds", UNKNOWN)
    assert (done.code, done.err) == (1, "credits: there is no such account\n")
