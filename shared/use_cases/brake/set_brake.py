"""Set the fraud brake (R28, CONTRACT 2.5)."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.brake.watch import with_settings
from shared.ledger.book import Book, Refused
from shared.ledger.brake import BrakeSettings
from shared.ledger.change import Change
from shared.posting.decision import Decision, Posted
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.amounts import MoneyIn
from shared.views.brake import SHOWN_ONLY, THOUSAND, brake_etag, brake_reply

Sensitivity = Annotated[
    float, Field(ge=0, le=1, description="0: only the limits count. 1: the least that is unusual stops a user.")
]


class BrakeRequest(BaseModel):
    """What an administrator sets. The limits are money an hour; without one, only the account's own habit counts."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    enabled: bool
    perUserPerHour: MoneyIn | None = None  # noqa: N815 - the wire's name
    perPrefixPerHour: MoneyIn | None = None  # noqa: N815 - the wire's name
    sensitivity: Sensitivity = 0.5

    def settings(self) -> BrakeSettings:
        """The settings in micro-units and thousandths."""
        user, prefix = self.perUserPerHour, self.perPrefixPerHour
        return BrakeSettings(
            self.enabled,
            user.money.micros if user else None,
            prefix.money.micros if prefix else None,
            round(self.sensitivity * THOUSAND),
        )


async def set_brake(services: Services, request: Request) -> Reply:
    """200 with the brake. Switching it off releases it."""
    read, requested = request.if_match(), request.json(BrakeRequest, read_only=SHOWN_ONLY)

    def decide(book: Book, now: datetime) -> Change | Refused:
        if not read.is_met_by(brake_etag(book)):
            return Refused("stale", "the settings have changed since they were read")
        currency = book.terms.currency
        for money, name in ((requested.perUserPerHour, "perUserPerHour"), (requested.perPrefixPerHour, _PER_PREFIX)):
            if money is not None and (flaw := money.flaw(currency, f"/{name}")):
                return flaw
        return with_settings(book, requested.settings(), now=now)

    answer = await services.ledger.post(request.account, Decision(decide))
    if not isinstance(answer, Posted):
        assert isinstance(answer, Refused)
        raise refused(answer)
    return brake_reply(answer.book)


_PER_PREFIX = "perPrefixPerHour"
