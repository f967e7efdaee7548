import json
import random

import pytest

from tests.proofs.prove import run
from tests.proofs.prove.claim import known_claims


def test_without_a_name_the_claims_are_listed(capsys):
    assert run([]) == 0
    listed = capsys.readouterr().out
    assert all(claim.name in listed and claim.sentence in listed for claim in known_claims().values())


def test_the_list_can_be_printed_as_json(capsys):
    assert run(["--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) >= {"exactly-once", "bad-input", "restart", "audit"}


@pytest.mark.parametrize("arguments", [["no-such-claim"], ["exactly-once", "--calls", "0"], ["audit", "--calls", "1"]])
def test_unknown_claims_and_invalid_options_are_rejected(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err


def test_the_last_line_of_a_tested_claim_is_the_result(capsys):
    assert run(["exactly-once", "--calls", "60", "--workers", "1", "--kills", "0", "--faults", "0", "--json"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["claim"], result["holds"], result["records"], result["wrong"]) == ("exactly-once", True, 60, 0)


def test_the_money_pays_for_exactly_as_many_calls(capsys):
    assert run(["authorise", "--requests", "60", "--json"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["claim"], result["holds"], result["allowed"], result["wrong"]) == ("authorise", True, 50, 0)


def test_a_claim_that_raises_an_exception_does_not_hold(capsys, monkeypatch):
    def broken(*_arguments, **_options):
        raise ConnectionError("no machine")

    monkeypatch.setattr("tests.proofs.prove.claims.exactly_once.Machine.start", broken)
    assert run(["exactly-once", "--json"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["holds"] is False


def test_every_token_is_sent_to_some_routes(capsys):
    """`./dev prove doors` sends them to every route; tests/functions compare the roles of all routes."""
    seed = str(random.randrange(2**31))
    assert run(["doors", "--examples", "0", "--routes", "8", "--seed", seed, "--json"]) == 0, seed
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["claim"], result["holds"], result["wrong"], result["routes"]) == ("doors", True, 0, 8)
    assert result["pairs"] == result["tokens"] * 8 > 100


def test_a_claim_that_cannot_be_tried_here_is_skipped_with_its_reason(capsys, monkeypatch):
    monkeypatch.setattr("tests.proofs.prove.claims.sip.missing", lambda *_names: "sipp is not installed")
    assert run(["sip", "--json"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["claim"], result["holds"], result["skipped"]) == ("sip", None, "sipp is not installed")
    assert run(["sip"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "skipped: sipp is not installed"
