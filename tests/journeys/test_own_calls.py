"""A developer's first minutes: `./dev account` and `./dev call` on a running service."""

import re
from uuid import uuid4

import jwt
import pytest

from local.commands import account, call
from local.commands.roles import TENANT_ROLES

LONDON = "+442079460123"
UNRATED = "+99912345678"


@pytest.fixture(autouse=True)
def running(machine, monkeypatch):
    for command in (account, call):
        monkeypatch.setattr(command, "find_running_instance", lambda _state: machine.instance)


def values(output):
    """Each line's text by the word that it begins with."""
    return {line.partition(" ")[0]: line.partition(" ")[2].strip() for line in output.splitlines()}


def test_an_account_is_opened_with_credit_and_a_token_and_a_call_of_it_is_booked(portal, capsys):
    assert account.run(["--amount", "12.5", "--name", "Contoso"]) == 0
    output = capsys.readouterr().out
    opened, token = values(output)["account"], output.splitlines()[-1]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["tid"], claims["roles"]) == (opened, sorted(TENANT_ROLES))
    assert values(output)["balance"].startswith("12.500000 USD, until ")
    assert portal.account(opened)["name"] == "Contoso"

    assert call.run(["--to", LONDON, "--seconds", "90", "--from", "+14255550101"]) == 0
    shown = values(capsys.readouterr().out)
    assert shown["call"] == f"to {LONDON}, 90 s, by account {opened}"  # the account that was opened last
    assert shown["booked"].startswith("-0.024 USD, as debit ")
    assert "United Kingdom - London (prefix 4420" in shown["because"]
    assert shown["balance"] == "12.476 USD"


def test_a_call_that_cannot_be_booked_is_shown_with_its_reason(customer, capsys):
    assert call.run(["--to", UNRATED, "--seconds", "90", "--account", customer.account]) == 1
    assert values(capsys.readouterr().out)["suspense"].startswith("no_rate: ")


def test_a_call_of_an_unknown_account_is_in_suspense(capsys):
    assert call.run(["--to", LONDON, "--seconds", "1", "--account", str(uuid4())]) == 1
    assert values(capsys.readouterr().out)["suspense"].startswith("unknown_account: ")


def test_a_call_without_outcome_in_time_says_what_waits_in_the_queues(customer, monkeypatch, capsys):
    monkeypatch.setattr(call, "wait_for_outcome", lambda *_: None)
    assert call.run(["--to", LONDON, "--seconds", "1", "--account", customer.account, "--wait", "3"]) == 1
    assert re.match(
        r"the call is neither booked nor in suspense after 3 s: \d messages? in the queue usage, \d messages? in the"
        r" queue usage-poison\.\nThe service's log is in .*/logs; --wait N waits longer\.\n$",
        capsys.readouterr().err,
    )


def test_an_account_without_credit_is_opened_too(capsys):
    assert account.run(["--amount", "0"]) == 0
    assert values(capsys.readouterr().out)["balance"] == "0.000000 USD"


def test_a_refusal_of_the_service_ends_the_command_with_its_message(capsys):
    assert account.run(["--name", "a\tb"]) == 1
    assert "/name: only printable characters" in capsys.readouterr().err
