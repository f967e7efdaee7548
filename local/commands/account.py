"""`./dev account`: a new account with credit in it, and a token for it."""

import argparse
import sys
from uuid import uuid4

from local.commands.roles import OPERATE, TENANT_ROLES
from local.commands.sample_card import CURRENCY
from local.machine.paths import STATE
from local.machine.running_instance import NotRunningError, RunningInstance, find_running_instance
from local.machine.service_client import Json, NoAnswerError, RefusedError, ServiceClient
from shared.kernel.money import micros_of

AMOUNT = "50"
COUNTRY = "US"
ROLES = ("Credits.Read", OPERATE)


def run(arguments: list[str]) -> int:
    """Open and fund an account; its token is the last line of stdout. 1 when no service runs or it refuses."""
    parser = argparse.ArgumentParser(
        prog="./dev account",
        description="Open a new account in US dollars with credit in it; the last line of stdout is a token for it.",
    )
    parser.add_argument(
        "--amount",
        type=_amount,
        default=AMOUNT,
        metavar="USD",
        help=f"its credit, such as 12.50 (default {AMOUNT})",
    )
    parser.add_argument("--name", help="a name, shown in lists")
    chosen = parser.parse_args(arguments)
    try:
        open_account(find_running_instance(STATE), chosen.amount, chosen.name)
    except (NotRunningError, RefusedError, NoAnswerError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


def open_account(running: RunningInstance, amount: str, name: str | None) -> None:
    """Open an account under a new id, grant it *amount*, and print both with a token."""
    account = str(uuid4())
    with ServiceClient(running, account, ROLES) as service:
        terms = {"account": account, "currency": CURRENCY, "country": COUNTRY, **({"name": name} if name else {})}
        service.post("/accounts", terms)
        lot = _grant(service, amount) if micros_of(amount) else None
        opened = service.get("")
    until = f", until {lot['expiresAt'][:10]}" if lot else ""
    print(f"account  {account}")
    print(f"balance  {opened['balance']['amount']} {opened['currency']}{until}")
    print("call     ./dev call --to +442079460123 --seconds 90")
    print(f"token    for an hour, with {', '.join(TENANT_ROLES)}:")
    print(running.token(account, *TENANT_ROLES))


def _grant(service: ServiceClient, amount: str) -> Json:
    """The lot of a grant, booked as an operator books funds that were paid elsewhere."""
    request = {"amount": {"amount": amount, "currency": CURRENCY}, "reference": "./dev account", "kind": "paid"}
    return service.post("grants", request, "dev-account")


def _amount(text: str) -> str:
    """A decimal as the API reads it; argparse shows the message when *text* is not one."""
    try:
        micros_of(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"{text!r}: {wrong}") from wrong
    return text
