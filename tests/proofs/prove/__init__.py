"""`./dev prove`: tests each claim about the service at full size on this machine.

Each module in `claims/` defines one claim. To add a claim, add a module.
"""

import argparse
import json
import traceback
from collections.abc import Mapping
from time import monotonic

from tests.proofs.prove.claim import Claim, Result, known_claims


def run(arguments: list[str]) -> int:
    """List the claims, or test the one that is named: 0 when it holds or cannot be tried on this machine, else 1. The
    last line printed is the result.
    """
    claims = known_claims()
    chosen = _parser(claims).parse_args(arguments)
    if chosen.claim is None:
        _list(claims, as_json=chosen.json)
        return 0
    return _test(claims[chosen.claim], chosen)


def _parser(claims: Mapping[str, Claim]) -> argparse.ArgumentParser:
    """A parser for `./dev prove [NAME] [--json]`, with each claim's own options after its name."""
    parser = argparse.ArgumentParser(prog="./dev prove", description="Test a claim at full size.")
    parser.add_argument("--json", action="store_true", help="print the last line as a JSON object")
    names = parser.add_subparsers(dest="claim", metavar="NAME", title="claims")
    for claim in claims.values():
        own = names.add_parser(claim.name, help=claim.sentence, description=claim.sentence)
        own.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print the last line as a JSON object"
        )
        for option in claim.options:
            own.add_argument(f"--{option.name}", type=option.read, default=option.default, help=option.description)
    return parser


def _list(claims: Mapping[str, Claim], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({claim.name: claim.sentence for claim in claims.values()}))
        return
    for claim in claims.values():
        options = " ".join(f"[--{option.name} {option.default}]" for option in claim.options)
        print(f"{f'{claim.name} {options}'.rstrip()}\n    {claim.sentence}")


def _test(claim: Claim, chosen: argparse.Namespace) -> int:
    print(f"{claim.name}: {claim.sentence}", flush=True)
    began = monotonic()
    try:
        result = claim.test(chosen)
    except Exception as error:  # noqa: BLE001 - any exception means that the claim does not hold; report it
        traceback.print_exception(error)
        result = Result(passed=False, summary=f"{type(error).__name__}: {error}".splitlines()[0], facts={})
    seconds = round(monotonic() - began, 1)
    if chosen.json:
        holds = result.passed if result.tried else None
        print(json.dumps({"claim": claim.name, "holds": holds, "seconds": seconds, **result.facts}))
    elif result.tried:
        print(f"{'holds' if result.passed else 'DOES NOT HOLD'}: {result.summary}; {seconds:.1f} s")
    else:
        print(f"skipped: {result.summary}")
    return 0 if result.passed else 1
