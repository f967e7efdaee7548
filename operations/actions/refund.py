"""Refunds: made and listed, by the service's own use case and view."""

from typing import Any, cast

from operations.plural import count_of
from operations.requests import all_items, request
from operations.result import Code, Result
from shared.kernel.ids import AccountId
from shared.kernel.money import micros_of
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import REPLAYED, refused
from shared.service.services import Services
from shared.use_cases.refunds.start_refund import start_refund
from shared.views.refunds import list_refunds

COLUMNS = ("refund", "since", "lot", "amount", "currency", "state")

EVERYTHING = "all"


async def refund_lot(
    services: Services, account: AccountId, lot: str, amount: str | None, reference: str | None
) -> Result:
    """The refund of *amount* of *lot*, or of all that is unspent, as it stands; the same one when it is repeated."""
    book = await services.ledger.read(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    body: dict[str, Any] = {"lot": lot}
    if amount is not None:
        body["amount"] = {"amount": amount, "currency": book.terms.currency}
    what = EVERYTHING if amount is None else str(micros_of(amount))
    key = " ".join(("operator", lot, what, *([reference] if reference else [])))
    reply = await start_refund(services, request({"account": account}, body=body, headers={"idempotency-key": key}))
    shown = cast("dict[str, Any]", reply.value)
    return Result(
        {"account": account, **shown},
        _summary(shown, is_repeated=REPLAYED.items() <= reply.headers.items()),
        code=Code.FOUND if shown["state"] == "failed" else Code.FINE,
    )


async def list_account_refunds(services: Services, account: AccountId) -> Result:
    """Every refund, the newest last."""
    found = [refund async for refund in all_items(services, list_refunds, request({"account": account}))]
    pending = sum(refund["state"] == "pending" for refund in found)
    summary = f"{count_of(len(found), 'refund')}{f', {pending} of them pending' if pending else ''}"
    return Result(found, summary, COLUMNS, [_row(refund) for refund in found])


def _row(refund: dict[str, Any]) -> tuple[str, ...]:
    money = refund["amount"]
    return (refund["id"], refund["createdAt"], refund["lot"], money["amount"], money["currency"], _state(refund))


def _state(refund: dict[str, Any]) -> str:
    return f"{refund['state']} ({refund['reason']})" if refund["reason"] else str(refund["state"])


def _summary(shown: dict[str, Any], *, is_repeated: bool) -> str:
    money = shown["amount"]
    again = "; it was requested before: a further one needs a --reference of its own" if is_repeated else ""
    return f"refund {shown['id']} of {money['amount']} {money['currency']} is {_state(shown)}{again}"
