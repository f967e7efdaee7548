"""The recharge of one account: shown, unblocked, stopped."""

from typing import Any

from operations.requests import request, value_of
from operations.result import Code, Result
from shared.kernel.ids import AccountId
from shared.ledger.slot import SlotState
from shared.service.http import ProblemError
from shared.service.services import Services
from shared.use_cases.recharge.set_auto_recharge import set_auto_recharge
from shared.use_cases.recharge.unblock_recharge import UnblockAction, unblock_recharge
from shared.views.settings import read_auto_recharge

__all__ = ["UnblockAction", "show_recharge", "stop_auto_recharge", "unblock_now"]

AMOUNTS = ("trigger", "amount", "largestCharge", "monthlyCap")


async def show_recharge(services: Services, account: AccountId) -> Result:
    """Auto-recharge and its slot."""
    shown = await value_of(services, read_auto_recharge, request({"account": account}))
    return Result({"account": account, **shown}, _summary(shown))


async def unblock_now(services: Services, account: AccountId, action: UnblockAction) -> Result:
    """The slot after everything that can be done now; the exit code says whether the recharge is still open."""
    slot = await unblock_recharge(services, account, action)
    shown = await value_of(services, read_auto_recharge, request({"account": account}))
    code = Code.FINE if slot.state is SlotState.IDLE else Code.FOUND
    return Result({"account": account, **shown}, _summary(shown), code=code)


async def stop_auto_recharge(services: Services, account: AccountId) -> Result:
    """Auto-recharge switched off, with its amounts kept. Refuses an account that never had it."""
    reply = await read_auto_recharge(services, request({"account": account}))
    auto_recharge: Any = reply.value
    if auto_recharge["amount"] is None:
        raise ProblemError("invalid_request", "this account has no auto-recharge")
    amounts = {name: auto_recharge[name] for name in AMOUNTS if auto_recharge[name] is not None}
    options = request(
        {"account": account}, body={"enabled": False, **amounts}, headers={"if-match": reply.headers["ETag"]}
    )
    shown = await value_of(services, set_auto_recharge, options)
    return Result({"account": account, **shown}, _summary(shown))


def _summary(shown: dict[str, Any]) -> str:
    state = f"auto-recharge is {'on' if shown['enabled'] else 'off'}"
    why = f" ({shown['reason']})" if shown["reason"] else ""
    after = f", next try {shown['nextAttempt']}" if shown["nextAttempt"] else ""
    pause = shown["paused"]
    paused = f", paused since {pause['since']} ({pause['reason']})" if pause else ""
    return f"{state}{paused}; the recharge is {shown['slot']}{why}{after}"
