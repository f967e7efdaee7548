"""`./dev token`: a bearer token for the running local service."""

import argparse
import sys
from pathlib import Path

from local.machine.paths import STATE
from local.machine.running_instance import NotRunningError, find
from local.stand_ins.issuer import Issuer
from shared.kernel.ids import AccountId, account_id

ROLES = "Credits.Read, Credits.Manage, Calls.Authorise, Credits.Operate"


def guid(text: str) -> AccountId:
    """An account's id, in words that argparse shows when it is none."""
    try:
        return account_id(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def run(arguments: list[str]) -> int:
    """Print a token, good for an hour, as the last line of stdout; 1 when no service runs."""
    parser = argparse.ArgumentParser(prog="./dev token", description=__doc__)
    parser.add_argument("--account", required=True, type=guid, metavar="GUID", help="the caller's tenant")
    parser.add_argument("--role", required=True, action="append", metavar="R", help=f"{ROLES}; may be repeated")
    chosen = parser.parse_args(arguments)
    try:
        running = find(STATE)
    except NotRunningError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(Issuer(Path(running.key), running.issuer, running.audience).mint(chosen.account, chosen.role))
    return 0
