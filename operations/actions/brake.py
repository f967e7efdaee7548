"""The fraud brake of one account: shown, released."""

from typing import Any

from operations.requests import request, value_of
from operations.result import Result
from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.use_cases.brake.release_brake import release_brake
from shared.views.brake import read_brake


async def show_brake(services: Services, account: AccountId) -> Result:
    """The brake, and whom it stops."""
    shown = await value_of(services, read_brake, request({"account": account}))
    return Result({"account": account, **shown}, _summary(shown))


async def release_now(services: Services, account: AccountId) -> Result:
    """The brake after its release."""
    shown = await value_of(services, release_brake, request({"account": account}))
    return Result({"account": account, **shown}, _summary(shown))


def _summary(shown: dict[str, Any]) -> str:
    if not shown["why"]:
        return f"the brake is {shown['state']}"
    causes = "; ".join(
        f"{_name(cause)} cost {cause['observed']['amount']}, usually {cause['usual']['amount']}"
        for cause in shown["why"]
    )
    return f"the brake has braked since {shown['since']}: {causes}"


def _name(cause: dict[str, Any]) -> str:
    if cause["user"]:
        return f"user {cause['user']}"
    return f"prefix {cause['prefix']}" if cause["prefix"] else "everything"
