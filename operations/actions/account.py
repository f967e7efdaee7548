"""Accounts: seen, opened, granted funds, by the service's own verbs and views."""

from dataclasses import replace
from typing import Any

from operations.requests import every, request, value_of
from operations.result import Result
from shared.kernel.ids import AccountId
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import ProblemError, refused
from shared.service.services import Services
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.open_account import open_account
from shared.use_cases.purchases.grant_funds import grant_funds
from shared.views.balance import read_account
from shared.views.lots import list_lots
from shared.views.settings import list_payment_methods, read_auto_recharge

NUMBERS = ("balance", "held", "overdraft", "accrued", "spendable")

GRANTED_BEFORE = {
    "idempotency_conflict": "with another amount, kind or expiry",
    "already_exists": "though not by this command",
}
"""Why a reference cannot be granted, by the refusal's code."""

EXPIRY = ("expiresAt", "--expires-at")
"""The field and the option: the only one whose value can be wrong although it is well written."""


async def show_account(services: Services, account: AccountId) -> Result:
    """Everything that an operator looks at first."""
    options = request({"account": account})
    shown = await value_of(services, read_account, options)
    shown["autoRecharge"] = await value_of(services, read_auto_recharge, options)
    shown["lots"] = [lot async for lot in every(services, list_lots, options) if lot["state"] == "open"]
    shown["paymentMethods"] = (await value_of(services, list_payment_methods, options))["items"]
    order, cards = shown["autoRecharge"], shown["paymentMethods"]
    rows = [(name, shown[name]["amount"], shown["currency"]) for name in NUMBERS]
    rows += [("lot", lot["remaining"]["amount"], f"{lot['source']}, until {lot['expiresAt']}") for lot in shown["lots"]]
    rows += [("card", card["lastFour"], _state_of(card)) for card in cards]
    rows.append(("recharge", order["slot"], order["reason"] or ""))
    words = f"{shown['state']}, rate card {shown['rateCard']}, auto-recharge {'on' if order['enabled'] else 'off'}"
    return Result(shown, words, ("what", "figure", "more"), rows)


async def open_one(services: Services, terms: dict[str, str]) -> Result:
    """A new account."""
    shown = await value_of(services, open_account, request({}, body=terms))
    return Result(shown, f"{shown['account']} is open, in {shown['currency']}")


async def close_one(services: Services, account: AccountId) -> Result:
    """The end of an account's life."""
    shown = await value_of(services, close_account, request({"account": account}))
    return Result(shown, f"{account} is closed since {shown['closedAt']}")


async def grant_one(services: Services, account: AccountId, amount: str, wish: dict[str, str]) -> Result:
    """One lot, known by its reference: the same grant again is the same lot."""
    book = await services.ledger.read(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    terms = book.terms
    body: dict[str, Any] = {**wish, "amount": {"amount": amount, "currency": terms.currency}}
    headers = {"idempotency-key": f"operator {wish['reference']}"}
    try:
        shown = await value_of(services, grant_funds, request({"account": account}, body=body, headers=headers))
    except ProblemError as refusal:
        raise _as_asked(refusal, wish["reference"]) from refusal
    words = f"lot {shown['id']}: {shown['original']['amount']} {terms.currency}, until {shown['expiresAt']}"
    return Result(shown, words)


def _as_asked(refusal: ProblemError, reference: str) -> ProblemError:
    """The refusal of a grant in the words of the command line that asked for it."""
    if refusal.code in GRANTED_BEFORE:
        words = f"reference {reference} was granted before, {GRANTED_BEFORE[refusal.code]}; nothing was booked now. "
        return ProblemError(refusal.code, f"{words}A further grant needs a reference of its own")
    flaws = tuple(replace(flaw, pointer=flaw.pointer.lstrip("/").replace(*EXPIRY)) for flaw in refusal.flaws)
    detail = "there can be no such grant" if flaws else refusal.detail.replace(*EXPIRY)
    return ProblemError(refusal.code, detail, flaws)


def _state_of(card: dict[str, Any]) -> str:
    return f"{card['brand']}, {card['expiry']}{', refused by its bank' if card['refused'] else ''}"
