"""Accounts: listed, shown, opened, closed and granted funds, by the service's own use cases and views."""

from dataclasses import replace
from typing import Any

from operations.actions.cards import card_state
from operations.plural import count_of
from operations.requests import all_items, request, value_of
from operations.result import Result
from shared.kernel.ids import AccountId
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import ProblemError, refused
from shared.service.services import Services
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.open_account import open_account
from shared.use_cases.purchases.grant_funds import grant_funds
from shared.views.accounts import list_accounts
from shared.views.balance import read_account
from shared.views.lots import list_lots
from shared.views.settings import list_payment_methods, read_auto_recharge

LIST_COLUMNS = ("account", "state", "balance", "held", "overdraft", "currency", "opened", "name")

SHOWN = ("open", "disputed")
"""The states of lots that an operator needs to see."""

AMOUNTS = ("balance", "held", "overdraft", "accrued", "spendable")

GRANTED_BEFORE = {
    "idempotency_conflict": "with another amount, kind or expiry",
    "already_exists": "though not by this command",
}
"""How a reference was granted before, by the code of the refusal."""

EXPIRY = ("expiresAt", "--expires-at")
"""The only field whose value can be refused although its form is valid, and its option."""


async def list_all(services: Services) -> Result:
    """Every open account, by its id."""
    found = [item async for item in all_items(services, list_accounts, request({}))]
    rows = [
        (
            item["account"],
            item["state"],
            item["balance"]["amount"],
            item["held"]["amount"],
            item["overdraft"]["amount"],
            item["currency"],
            item["openedAt"],
            item["name"] or "",
        )
        for item in found
    ]
    return Result(found, count_of(len(found), "account"), LIST_COLUMNS, rows)


async def show_account(services: Services, account: AccountId) -> Result:
    """What an operator needs first about an account."""
    options = request({"account": account})
    shown = await value_of(services, read_account, options)
    shown["autoRecharge"] = await value_of(services, read_auto_recharge, options)
    shown["lots"] = [lot async for lot in all_items(services, list_lots, options) if lot["state"] in SHOWN]
    shown["paymentMethods"] = (await value_of(services, list_payment_methods, options))["items"]
    auto_recharge, cards = shown["autoRecharge"], shown["paymentMethods"]
    rows = [(name, shown[name]["amount"], shown["currency"]) for name in AMOUNTS]
    rows += [("lot", lot["remaining"]["amount"], _kind_of(lot)) for lot in shown["lots"]]
    rows += [("card", card["lastFour"], _state_of(card)) for card in cards]
    rows.append(("recharge", auto_recharge["slot"], auto_recharge["reason"] or ""))
    summary = (
        f"{shown['state']}, rate card {shown['rateCard']}, auto-recharge {'on' if auto_recharge['enabled'] else 'off'}"
    )
    return Result(shown, summary, ("what", "figure", "more"), rows)


async def open_one(services: Services, terms: dict[str, str]) -> Result:
    """A new account."""
    shown = await value_of(services, open_account, request({}, body=terms))
    return Result(shown, f"{shown['account']} is open, in {shown['currency']}")


async def close_one(services: Services, account: AccountId) -> Result:
    """The closed account."""
    shown = await value_of(services, close_account, request({"account": account}))
    return Result(shown, f"{account} is closed since {shown['closedAt']}")


async def grant_one(services: Services, account: AccountId, amount: str, requested: dict[str, str]) -> Result:
    """One lot, identified by its reference: the same grant again gives the same lot."""
    book = await services.ledger.read(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    terms = book.terms
    body: dict[str, Any] = {**requested, "amount": {"amount": amount, "currency": terms.currency}}
    headers = {"idempotency-key": f"operator {requested['reference']}"}
    try:
        shown = await value_of(services, grant_funds, request({"account": account}, body=body, headers=headers))
    except ProblemError as refusal:
        raise _with_option_names(refusal, requested["reference"]) from refusal
    summary = f"lot {shown['id']}: {shown['original']['amount']} {terms.currency}, until {shown['expiresAt']}"
    return Result(shown, summary)


def _with_option_names(refusal: ProblemError, reference: str) -> ProblemError:
    """The refusal of a grant with the options of the command line in place of the request's fields."""
    if refusal.code in GRANTED_BEFORE:
        why = f"reference {reference} was granted before, {GRANTED_BEFORE[refusal.code]}; nothing was booked now. "
        return ProblemError(refusal.code, f"{why}A further grant needs a reference of its own")
    flaws = tuple(
        replace(flaw, pointer=flaw.pointer.lstrip("/").replace(*EXPIRY), detail=flaw.detail.replace(*EXPIRY))
        for flaw in refusal.flaws
    )
    detail = "there can be no such grant" if flaws else refusal.detail.replace(*EXPIRY)
    return ProblemError(refusal.code, detail, flaws)


def _kind_of(lot: dict[str, Any]) -> str:
    disputed = ", disputed" if lot["state"] == "disputed" else ""
    return f"{lot['id']}, {lot['source']}, until {lot['expiresAt']}{disputed}"


def _state_of(card: dict[str, Any]) -> str:
    state = card_state(card)
    return f"{card['brand']}, {card['expiry']}{'' if state == 'usable' else f', {state}'}"
