"""`./dev token`: a bearer token for the running local service."""

import argparse
import sys

from local.commands.account_id import account_argument
from local.commands.roles import ROLES
from local.machine.paths import STATE
from local.machine.running_instance import NotRunningError, find_running_instance


def role_argument(text: str) -> str:
    """A role; argparse shows the known ones when *text* is not one of them."""
    if text not in ROLES:
        raise argparse.ArgumentTypeError(f"unknown role {text!r}; the roles are {', '.join(ROLES)}")
    return text


def run(arguments: list[str]) -> int:
    """Print a token, good for an hour, as the last line of stdout; 1 when no service runs."""
    parser = argparse.ArgumentParser(prog="./dev token", description="A bearer token for the running local service.")
    parser.add_argument(
        "--account",
        required=True,
        type=account_argument,
        metavar="GUID",
        help="the caller's tenant, an account's id",
    )
    parser.add_argument(
        "--role",
        required=True,
        action="append",
        type=role_argument,
        metavar="ROLE",
        help=f"{', '.join(ROLES)}; may be repeated",
    )
    chosen = parser.parse_args(arguments)
    try:
        running = find_running_instance(STATE)
    except NotRunningError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(running.token(chosen.account, *chosen.role))
    return 0
