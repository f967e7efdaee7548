"""statement: the proof of a statement holds offline, and nobody can tamper with it unseen (R25)."""

import argparse
import asyncio
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.interface import verify_statement
from tests.fakes.world import World
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.statement_proof.half_a_year import MONTHS, kept_from_emails, live_for_half_a_year, proof_of
from tests.statement_proof.tampering import CHANGED, FORGED, SEEN_BY_AN_ANCHOR, tampered

SCRIPT = Path(verify_statement.__file__)
TAMPERED_MONTH = "2026-04"
HOLDS, FAILS = 0, 1


def test(_chosen: argparse.Namespace) -> Result:
    """Verify every month with the script alone, then each kind of tampering with one of them."""
    checks = Checks()
    proofs, anchors = asyncio.run(_proofs())
    with TemporaryDirectory() as folder:
        file = Path(folder, "statement.proof")
        for month, lines in proofs.items():
            _check(checks, file, f"the proof of {month}", lines, HOLDS)
        kinds = [(what, how, False) for what, how in CHANGED.items()]
        kinds += [(f"forged: {what}", how, True) for what, how in FORGED.items()]
        for what, how, rehashed in kinds:
            _check(checks, file, what, tampered(proofs[TAMPERED_MONTH], how, rehashed=rehashed), FAILS)
        for month, anchor in anchors.items():
            stated = json.loads(proofs[month][0])["chain"]
            checks.equal(f"the e-mail of {month} carries the statement's chain", anchor, stated)
            _check(checks, file, f"the proof of {month}, with the hash of its e-mail", proofs[month], HOLDS, anchor)
        kept = anchors[TAMPERED_MONTH]
        _check(checks, file, "the next month contains the hash of the e-mail", proofs[MONTHS[2]], HOLDS, kept)
        for what, how in SEEN_BY_AN_ANCHOR.items():
            forged = tampered(proofs[TAMPERED_MONTH], how, rehashed=True)
            _check(checks, file, f"forged: {what}, without the e-mail", forged, HOLDS)
            _check(checks, file, f"forged: {what}, with the hash of the e-mail", forged, FAILS, kept)
    count = len(kinds) + len(SEEN_BY_AN_ANCHOR)
    words = (
        f"{len(proofs)} proofs hold, {len(anchors)} of them with the hash of their month's e-mail, and the script sees"
        f" all {count} kinds of tampering; one needs the e-mail"
    )
    return checks.result(words, proofs=len(proofs), emails=len(anchors), tampering=count)


async def _proofs() -> tuple[dict[str, list[str]], dict[str, str]]:
    """The proofs, and the hashes that the e-mails carry, by month."""
    tenant = await live_for_half_a_year(World())
    return {month: await proof_of(tenant, month) for month in MONTHS}, kept_from_emails(tenant.world)


def _check(checks: Checks, file: Path, what: str, lines: list[str], code: int, *anchor: str) -> None:
    """Run the script, isolated from this project, on a proof of *lines*."""
    file.write_text("".join(f"{line}\n" for line in lines))
    ran = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, file, *anchor],
        capture_output=True,
        text=True,
        check=False,
        cwd=file.parent,
    )
    right = checks.equal(what, ran.returncode, code)
    print(f"  {'ok   ' if right else 'WRONG'} {what:66} {ran.stdout.strip()[:90]}", flush=True)


CLAIM = Claim(
    "statement",
    "the proof of a monthly statement holds offline, by a script without any code of the service; it sees each kind of "
    "tampering",
    (),
    test,
)
