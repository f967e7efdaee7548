"""The open holds of one account, as a table."""

from typing import Any

from operations.plural import count_of
from operations.requests import all_items, request
from operations.result import Result
from shared.kernel.ids import AccountId
from shared.kernel.times import parse_instant
from shared.service.services import Services
from shared.views.holds import list_holds

COLUMNS = ("leg", "since", "valid until", "state", "amount", "currency", "free seconds", "lots")


async def list_open_holds(services: Services, account: AccountId) -> Result:
    """Every open hold, the oldest first. A hold is late when its time-out has passed and was not booked yet."""
    found = [hold async for hold in all_items(services, list_holds, request({"account": account}))]
    now = services.clock.now()
    late = sum(parse_instant(hold["validUntil"]) <= now for hold in found)
    rows = [_row(hold, "late" if parse_instant(hold["validUntil"]) <= now else "open") for hold in found]
    summary = f"{count_of(len(found), 'open hold')}{f', {late} of them late' if late else ''}"
    return Result(found, summary, COLUMNS, rows)


def _row(hold: dict[str, Any], state: str) -> tuple[str, ...]:
    amount = hold["amount"]
    return (
        hold["leg"],
        hold["since"],
        hold["validUntil"],
        state,
        amount["amount"],
        amount["currency"],
        str(hold["freeSeconds"]),
        ", ".join(f"{part['lot']} {part['amount']['amount']}" for part in hold["lots"]),
    )
