"""The movements of one account, as a table."""

from typing import Any

from operations.plural import count_of
from operations.requests import all_items, request
from operations.result import Result
from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.views.movements import list_movements

COLUMNS = ("movement", "time", "kind", "amount", "currency", "destination")


async def list_account_movements(services: Services, account: AccountId, last: int | None) -> Result:
    """All movements, or the newest *last* of them, in the order in which they were booked."""
    found: list[dict[str, Any]] = []
    options = request({"account": account}, query={"order": "desc"})
    async for movement in all_items(services, list_movements, options):
        found.append(movement)
        if len(found) == last:
            break
    found.reverse()
    return Result(found, count_of(len(found), "movement"), COLUMNS, [_row(movement) for movement in found])


def _row(movement: dict[str, Any]) -> tuple[str, ...]:
    amount = movement["amount"]
    return (
        movement["id"],
        movement["at"],
        movement["kind"],
        amount["amount"],
        amount["currency"],
        _destination(movement["explanation"] or {}),
    )


def _destination(explanation: dict[str, Any]) -> str:
    """The name of the call's destination, else the prefix that matched; empty for what is not a call with a rate."""
    prefix = explanation.get("prefix")
    return str(explanation.get("destination") or (f"prefix {prefix}" if prefix else ""))
