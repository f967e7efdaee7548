"""Whether an account may buy credit, and exemptions."""

from typing import Any

from operations.requests import request, value_of
from operations.result import Code, Result
from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.use_cases.entitlements.record_exemption import record_exemption
from shared.views.eligibility import read_eligibility


async def show_eligibility(services: Services, account: AccountId, at: str | None) -> Result:
    """The reasons against buying credit with what resolves them, and what needs no credit."""
    shown = await value_of(services, read_eligibility, request({"account": account}, query={"at": at} if at else {}))
    rows = [("no", reason["code"], reason["detail"], reason["remedy"]) for reason in shown["reasons"]]
    rows += [("not needed", each["code"], each["detail"], "") for each in shown["notNeeded"]]
    code = Code.FINE if shown["eligible"] else Code.FOUND
    return Result(
        {"account": account, **shown}, _summary(account, shown), ("what", "code", "detail", "remedy"), rows, code
    )


async def exempt_account(services: Services, account: AccountId, exemption: dict[str, str]) -> Result:
    """The recorded exemption, and what the account's eligibility is now."""
    recorded = await value_of(services, record_exemption, request({"account": account}, body=exemption))
    shown = await value_of(services, read_eligibility, request({"account": account}))
    bounds = f"exempt from {recorded['from']} until {recorded['until']} (ticket {recorded['ticket']})"
    return Result({"account": account, **recorded}, f"{bounds}; {_summary(account, shown)}")


def _summary(account: AccountId, shown: dict[str, Any]) -> str:
    return f"{account} {'may' if shown['eligible'] else 'may not'} buy credit at {shown['at']}"
