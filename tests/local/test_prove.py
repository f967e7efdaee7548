import json

import pytest

from tests.proofs.prove import run
from tests.proofs.prove.authorisation.routes import doors
from tests.proofs.prove.claim import known_claims


def test_without_a_name_the_claims_are_listed(capsys):
    assert run([]) == 0
    told = capsys.readouterr().out
    assert all(claim.name in told and claim.sentence in told for claim in known_claims().values())


def test_the_list_can_be_read_by_programs(capsys):
    assert run(["--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) >= {"exactly-once", "bad-input", "restart", "audit"}


@pytest.mark.parametrize("arguments", [["no-such-claim"], ["exactly-once", "--calls", "0"], ["audit", "--calls", "1"]])
def test_what_is_not_known_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err


def test_a_claim_is_tried_and_its_last_line_is_the_figure(capsys):
    assert run(["exactly-once", "--calls", "60", "--workers", "1", "--kills", "0", "--faults", "0", "--json"]) == 0
    figure = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figure["claim"], figure["holds"], figure["records"], figure["wrong"]) == ("exactly-once", True, 60, 0)


def test_a_claim_that_breaks_does_not_hold_and_says_so_in_the_figure(capsys, monkeypatch):
    def broken(*_arguments, **_options):
        raise ConnectionError("no machine")

    monkeypatch.setattr("tests.proofs.prove.claims.exactly_once.Machine.start", broken)
    assert run(["exactly-once", "--json"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["holds"] is False


def test_every_token_is_tried_on_every_route(capsys):
    assert run(["doors", "--json"]) == 0
    figure = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figure["claim"], figure["holds"], figure["wrong"]) == ("doors", True, 0)
    assert figure["pairs"] == figure["tokens"] * figure["routes"]
    assert figure["routes"] == len(doors())
