"""`./dev prove`: what is claimed of the service, tried at full size on this machine.

A claim is a module in `claims/`; adding one is adding a file.
"""

import argparse
import json
import traceback
from collections.abc import Mapping
from time import monotonic

from tests.proofs.prove.claim import Claim, Figure, known_claims


def run(arguments: list[str]) -> int:
    """Without a name, list the claims; with one, try it: 0 when it holds, else 1. The last line is the figure."""
    known = known_claims()
    chosen = _parser(known).parse_args(arguments)
    if chosen.claim is None:
        _list(known, json_wanted=chosen.json)
        return 0
    return _try(known[chosen.claim], chosen)


def _parser(known: Mapping[str, Claim]) -> argparse.ArgumentParser:
    """`./dev prove [NAME] [--json]`, and each claim's own options behind its name."""
    parser = argparse.ArgumentParser(prog="./dev prove", description="Try a claim at full size.")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    names = parser.add_subparsers(dest="claim", metavar="NAME", title="claims")
    for claim in known.values():
        own = names.add_parser(claim.name, help=claim.sentence, description=claim.sentence)
        own.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="the last line is JSON")
        for option in claim.options:
            own.add_argument(f"--{option.name}", type=option.read, default=option.default, help=option.words)
    return parser


def _list(known: Mapping[str, Claim], *, json_wanted: bool) -> None:
    if json_wanted:
        print(json.dumps({claim.name: claim.sentence for claim in known.values()}))
        return
    for claim in known.values():
        options = " ".join(f"[--{option.name} {option.default}]" for option in claim.options)
        print(f"{claim.name} {options}\n    {claim.sentence}")


def _try(claim: Claim, chosen: argparse.Namespace) -> int:
    print(f"{claim.name}: {claim.sentence}", flush=True)
    began = monotonic()
    try:
        figure = claim.attempt(chosen)
    except Exception as broken:  # noqa: BLE001 - whatever it was, the claim does not hold, and the last line says so
        traceback.print_exception(broken)
        figure = Figure(holds=False, words=f"{type(broken).__name__}: {broken}".splitlines()[0], facts={})
    seconds = round(monotonic() - began, 1)
    if chosen.json:
        print(json.dumps({"claim": claim.name, "holds": figure.holds, "seconds": seconds, **figure.facts}))
    else:
        print(f"{'holds' if figure.holds else 'DOES NOT HOLD'}: {figure.words}; {seconds:.1f} s")
    return 0 if figure.holds else 1
