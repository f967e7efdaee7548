"""`credits account list`, `movements` and `open --name`."""

from uuid import uuid4

import pytest

UNKNOWN = "00000000-0000-4000-8000-00000000dead"


def test_every_account_is_listed_page_by_page(run, customer, monkeypatch):
    second = str(uuid4())
    opened = run("account", "open", second, "--currency", "USD", "--country", "US", "--name", "Contoso Ltd")
    assert opened.code == 0
    whole = run("account", "list", "--json").value
    assert {customer.account, second} <= {account["account"] for account in whole}
    monkeypatch.setattr("operations.requests.LIMIT_MAX", 1)  # as long as one page: every account is one of its own
    paged = run("account", "list")
    header, *rows, summary = paged.out.splitlines()
    assert header == "account\tstate\tbalance\theld\toverdraft\tcurrency\topened\tname"
    assert [row.split("\t")[0] for row in rows] == [account["account"] for account in whole]
    assert summary == f"{len(whole)} accounts"
    fields = {row.split("\t")[0]: row.split("\t")[1:] for row in rows}
    assert fields[customer.account][:5] == ["prepaid", "10.000000", "0.000000", "0.000000", "USD"]
    assert (fields[customer.account][-1], fields[second][-1]) == ("", "Contoso Ltd")


def test_a_name_is_part_of_what_an_account_is_opened_with(run):
    opened = ("account", "open", str(uuid4()), "--currency", "USD", "--country", "US", "--json")
    assert run(*opened, "--name", "Contoso").value["name"] == "Contoso"
    assert run(*opened, "--name", "Contoso").code == 0
    assert run(*opened, "--name", "Fabrikam").value["error"] == "already_exists"
    assert run(*opened).value["error"] == "already_exists"


@pytest.fixture
def caller(customer):
    """A customer with a call to London and one to its emergency number."""
    customer.report(customer.call("call-1", minutes=2))
    customer.report(customer.call("call-2", called="911"))
    return customer


def test_movements_are_listed_newest_last_with_destination(run, caller):
    header, *rows, summary = run("account", "movements", caller.account).out.splitlines()
    assert header == "movement\ttime\tkind\tamount\tcurrency\tdestination"
    grant, london, emergency = (row.split("\t") for row in rows)
    assert grant[2:] == ["grant", "10.000000", "USD", ""]
    assert london[2:5] == ["debit", "-0.024000", "USD"]
    assert london[5] in {"prefix 4420", "United Kingdom - London"}
    assert emergency[2:] == ["debit", "0.000000", "USD", ""]
    assert grant[1] <= london[1] <= emergency[1]
    assert summary == "3 movements"
    found = run("account", "movements", caller.account, "--json").value
    assert [movement["id"] for movement in found] == [grant[0], london[0], emergency[0]]


def test_movements_are_read_page_by_page_or_only_the_newest(run, caller, monkeypatch):
    monkeypatch.setattr("operations.requests.LIMIT_MAX", 1)
    assert run("account", "movements", caller.account).out.splitlines()[-1] == "3 movements"
    _, newest, summary = run("account", "movements", caller.account, "--last", "1").out.splitlines()
    assert (newest.split("\t")[2:4], summary) == (["debit", "0.000000"], "1 movement")
    assert run("account", "movements", caller.account, "--last", "0").code == 2


def test_movements_of_an_unknown_account_are_refused(run):
    done = run("account", "movements", UNKNOWN)
    assert (done.code, done.err) == (1, "credits: there is no such account\n")
