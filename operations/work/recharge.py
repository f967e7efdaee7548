"""The recharge of one account: seen, unblocked, stopped."""

from typing import Any

from operations.answer import Answer, Code
from operations.requests import request, value_of
from shared.kernel.ids import AccountId
from shared.ledger.slot import SlotState
from shared.service.http import ProblemError
from shared.service.services import Services
from shared.use_cases.set_auto_recharge import set_auto_recharge
from shared.use_cases.unblock_recharge import Wish, unblock_recharge
from shared.views.settings import read_auto_recharge

__all__ = ["Wish", "show_recharge", "stop_order", "unblock_now"]

FIGURES = ("trigger", "amount", "largestCharge", "monthlyCap")


async def show_recharge(services: Services, account: AccountId) -> Answer:
    """The order and the slot."""
    shown = await value_of(services, read_auto_recharge, request({"account": account}))
    return Answer({"account": account, **shown}, _words(shown))


async def unblock_now(services: Services, account: AccountId, wish: Wish) -> Answer:
    """Where the slot stands when everything that can be done now is done; found is what still stands in its way."""
    slot = await unblock_recharge(services, account, wish)
    shown = await value_of(services, read_auto_recharge, request({"account": account}))
    code = Code.FINE if slot.state is SlotState.IDLE else Code.FOUND
    return Answer({"account": account, **shown}, _words(shown), code=code)


async def stop_order(services: Services, account: AccountId) -> Answer:
    """The order off, with its figures kept. Refuses an account that never had one."""
    reply = await read_auto_recharge(services, request({"account": account}))
    order: Any = reply.value
    if order["amount"] is None:
        raise ProblemError("invalid_request", "this account has no standing order")
    figures = {name: order[name] for name in FIGURES if order[name] is not None}
    asked = request(
        {"account": account}, body={"enabled": False, **figures}, headers={"if-match": reply.headers["ETag"]}
    )
    shown = await value_of(services, set_auto_recharge, asked)
    return Answer({"account": account, **shown}, _words(shown))


def _words(shown: dict[str, Any]) -> str:
    order = f"the standing order is {'on' if shown['enabled'] else 'off'}"
    why = f" ({shown['reason']})" if shown["reason"] else ""
    after = f", next try {shown['nextAttempt']}" if shown["nextAttempt"] else ""
    return f"{order}; the recharge is {shown['slot']}{why}{after}"
