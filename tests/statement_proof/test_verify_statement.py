"""The script that verifies statements: it accepts what is right, and nothing that was tampered with."""

import ast
import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from shared.interface import verify_statement
from shared.interface.verify_statement import WrongError, verify
from tests.fakes.world import World
from tests.statement_proof.half_a_year import MONTHS, kept_from_emails, live_for_half_a_year, proof_of
from tests.statement_proof.tampering import CHANGED, FORGED, SEEN_BY_AN_ANCHOR, tampered

SCRIPT = Path(verify_statement.__file__)
LINES_MAX = 150


@pytest.fixture(scope="module")
def lived():
    async def made():
        tenant = await live_for_half_a_year(World())
        return {month: await proof_of(tenant, month) for month in MONTHS}, kept_from_emails(tenant.world)

    return asyncio.run(made())


@pytest.fixture(scope="module")
def proofs(lived):
    return lived[0]


@pytest.fixture(scope="module")
def kept(lived):
    return lived[1]


@pytest.mark.parametrize("month", MONTHS)
def test_the_proof_of_every_month_holds(proofs, month):
    assert verify(proofs[month]).startswith(f"{month}, ")


def test_everything_happened_in_the_half_year(proofs):
    statements = [json.loads(lines[0]) for lines in proofs.values()]
    for column in ("purchased", "recharged", "granted", "used", "expired", "refunded", "corrected"):
        assert any(float(statement[column]["amount"]) for statement in statements), column
    assert {"first": None, "last": None} in [statement["pages"] for statement in statements]


@pytest.mark.parametrize("what", CHANGED)
def test_what_was_changed_is_seen(proofs, what):
    with pytest.raises((WrongError, KeyError)):
        verify(tampered(proofs["2026-04"], CHANGED[what], rehashed=False))


def test_the_first_month_says_in_which_currency_the_account_is(proofs):
    relabelled = [proofs["2026-03"][0].replace('"USD"', '"EUR"'), *proofs["2026-03"][1:]]
    with pytest.raises(WrongError, match="currency"):
        verify(relabelled)


@pytest.mark.parametrize("what", FORGED)
def test_what_was_forged_with_every_hash_recomputed_is_seen(proofs, what):
    with pytest.raises(WrongError):
        verify(tampered(proofs["2026-04"], FORGED[what], rehashed=True))


@pytest.mark.parametrize("what", SEEN_BY_AN_ANCHOR)
def test_a_forgery_of_everything_is_seen_by_who_has_kept_the_email_of_the_month(proofs, kept, what):
    assert verify(proofs["2026-05"], kept["2026-04"])
    forged = tampered(proofs["2026-04"], SEEN_BY_AN_ANCHOR[what], rehashed=True)
    verify(forged)
    with pytest.raises(WrongError, match="kept"):
        verify(forged, kept["2026-04"])


def test_the_email_of_each_month_in_which_something_was_booked_carries_its_chain(proofs, kept):
    statements = {month: json.loads(lines[0]) for month, lines in proofs.items()}
    movements = {
        month: sum(line.count('"entries"') for line in lines[1:] if f'"at":"{month}' in line)
        for month, lines in proofs.items()
    }
    finished = [month for month in MONTHS[:-1] if movements[month]]
    assert kept == {month: statements[month]["chain"] for month in finished}
    assert len(finished) < len(MONTHS) - 1, "there is a month in which nothing was booked"
    for month in finished:
        assert verify(proofs[month], kept[month])


def test_nothing_changed_is_not_tampering(proofs):
    untouched = tampered(proofs["2026-04"], lambda _statement, _pages: None, rehashed=True)
    assert untouched[1:] == proofs["2026-04"][1:]
    verify(untouched)


def test_the_script_runs_alone_and_exits_with_0_or_1(proofs, tmp_path):
    proof = tmp_path / "march.proof"
    for lines, code, word in (
        (proofs["2026-03"], 0, "holds"),
        (proofs["2026-03"][:-1], 1, "DOES NOT HOLD"),
        ([], 1, ""),
    ):
        proof.write_text("".join(f"{line}\n" for line in lines))
        ran = subprocess.run(
            [sys.executable, "-I", SCRIPT, proof], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert (ran.returncode, word in ran.stdout) == (code, True), ran
    for arguments in ((), (proof, "0" * 64, "more")):
        ran = subprocess.run([sys.executable, "-I", SCRIPT, *arguments], capture_output=True, text=True, check=False)
        assert (ran.returncode, "verify_statement.py PROOF [CHAIN]" in ran.stderr) == (1, True), ran


def test_the_script_is_short_and_imports_the_standard_library_only():
    text = SCRIPT.read_text()
    assert text.count("\n") < LINES_MAX
    nodes = list(ast.walk(ast.parse(text)))
    imported = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported == {"json", "sys", "decimal", "hashlib"}
