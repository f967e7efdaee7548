"""Register a service number (R7): from then on its account pays for calls to it."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from shared.ports import ServiceNumber, Taken
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.rating.numbers import DIGITS_MAX, DIGITS_MIN, InternationalNumber, read_number
from shared.rating.service_numbers import NumberKind, NumberUse
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.service_numbers.release_numbers import release_numbers
from shared.views.service_numbers import service_number_json

FORM = f"+ and {DIGITS_MIN} to {DIGITS_MAX} digits, not masked"


def _whole_number(text: str) -> str:
    number = read_number(text)
    if not isinstance(number, InternationalNumber) or number.hidden:
        raise ValueError(FORM)
    return text


WholeNumber: TypeAlias = Annotated[
    str,
    AfterValidator(_whole_number),
    WithJsonSchema({"type": "string", "pattern": rf"^\+[0-9]{{{DIGITS_MIN},{DIGITS_MAX}}}$", "description": FORM}),
]


class NewServiceNumber(BaseModel):
    """The number, what callers pay for it, and what answers it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    number: WholeNumber
    kind: NumberKind
    use: NumberUse


async def register_number(services: Services, request: Request) -> Reply:
    """201 with the number, for a repeat with the same content as well. `already_exists` if another account has it, or
    this account has it with other content: release it first.
    """
    requested, account = request.json(NewServiceNumber), request.account
    if await services.ledger.read(account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    number = await _register(services, request, requested)
    if isinstance(number, Taken) and await _is_freed(services, number):
        number = await _register(services, request, requested)
    if isinstance(number, Taken):
        is_own = number.account == account
        raise ProblemError(
            "already_exists",
            "this number is registered with another kind or use; delete that registration first"
            if is_own
            else "another account has registered this number",
        )
    return Reply(201, service_number_json(number))


async def _register(services: Services, request: Request, requested: NewServiceNumber) -> ServiceNumber | Taken:
    digits, now = requested.number.removeprefix("+"), services.clock.now()
    return await services.service_numbers.register(request.account, digits, requested.kind, requested.use, now)


async def _is_freed(services: Services, taken: Taken) -> bool:
    """Whether the account that has the number is closed, and its numbers are free now. Closing an account releases
    them, but a request to register one may have been under way.
    """
    owner = await services.ledger.read_including_closed(taken.account)
    if owner is None or owner.terms.closed_at is None:
        return False
    await release_numbers(services, taken.account, owner.terms.closed_at)
    return True
