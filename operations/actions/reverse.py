"""Reverse a debit or a grant."""

from operations.requests import request, value_of
from operations.result import Result
from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.use_cases.corrections.reverse_movement import reverse_movement


async def reverse_booking(services: Services, account: AccountId, movement: str, because: str) -> Result:
    """The correction that reversed *movement*."""
    asked = request({"account": account, "movement": movement}, body={"reason": because})
    shown = await value_of(services, reverse_movement, asked)
    amount = shown["amount"]
    summary = f"{movement} is reversed by {shown['id']}: {amount['amount']} {amount['currency']}"
    return Result({"account": account, **shown}, summary)
