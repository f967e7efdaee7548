"""Set of which levels of the balance administrators are told, and which roles get no e-mail (R18, R19)."""

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.notices.administrators import administrator_of, kinds_for_nobody
from shared.notices.low_balance import LEVELS_MAX, kept_low
from shared.notices.roles import Role, read_role
from shared.posting.decision import Decision, Posted
from shared.service.http import Matching, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.amounts import MoneyIn
from shared.views.alerts import alerts_etag, alerts_json


def _role(sent: object) -> object:
    return (read_role(sent) or sent) if isinstance(sent, str) else sent


class AlertSettings(BaseModel):
    """Levels of the balance, and roles as a whole that get no e-mail."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    lowBalance: Annotated[  # noqa: N815 - the wire's name
        list[MoneyIn],
        Field(max_length=LEVELS_MAX, description="Administrators are told when the balance is at or below a level."),
    ]
    silentRoles: Annotated[  # noqa: N815 - the wire's name
        list[Annotated[Role, BeforeValidator(_role)]],
        Field(max_length=len(Role), description="Roles whose holders get no e-mail unless they hold another role."),
    ] = []


async def set_alerts(services: Services, request: Request) -> Reply:
    """200 with the settings as they are stored: the lowest level first. The balance is compared in the same commit."""
    read, requested = request.if_match(), request.json(AlertSettings)
    answer = await services.ledger.post(request.account, Decision(lambda book, _now: _changed(book, read, requested)))
    if not isinstance(answer, Posted):
        assert isinstance(answer, Refused)
        raise refused(answer)
    return Reply(200, alerts_json(answer.book), {"ETag": alerts_etag(answer.book)})


def _changed(book: Book, read: Matching, requested: AlertSettings) -> Change | Refused:
    if not read.is_met_by(alerts_etag(book)):
        return Refused("stale", "the settings have changed since they were read")
    flaw = next(filter(None, (_flaw(book, money, place) for place, money in enumerate(requested.lowBalance))), None)
    if flaw is not None:
        return flaw
    roles = tuple(dict.fromkeys(requested.silentRoles))
    administrators = [administrator_of(entry) for entry in book.settings.known_administrators]
    missed = kinds_for_nobody(administrators, roles) if administrators else ()
    if missed:
        detail = f"at least one administrator is told of: {', '.join(missed)}"
        return Refused("invalid_request", detail, "/silentRoles")
    levels = tuple(sorted({money.money.micros for money in requested.lowBalance}))
    settings = replace(
        book.settings,
        low_balance=levels,
        silent_roles=tuple(role.value for role in roles),
        alerts_version=book.settings.alerts_version + 1,
    )
    return Change(settings=settings, told=replace(book.told, low=kept_low(book, levels)))


def _flaw(book: Book, money: MoneyIn, place: int) -> Refused | None:
    at = f"/lowBalance/{place}"
    if money.money.micros == 0:
        return Refused("invalid_request", "zero is told anyway; choose a higher level", f"{at}/amount")
    return money.flaw(book.terms.currency, at)
