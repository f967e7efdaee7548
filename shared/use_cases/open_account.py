"""Open an account: an account is a tenant, in one currency, with one rate card (CONTRACT 2)."""

import uuid
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.kernel.ids import account_id
from shared.ledger.book import Book, Refused, Terms
from shared.ledger.change import NOTHING, Change
from shared.posting.decision import Decision, Posted, event
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.instants import Instant
from shared.service.services import Services
from shared.views.account import account_json

USAGE_BEFORE = timedelta(days=92)
"""Usage reports reach back 90 days and lag by up to two."""

CARD_DEFAULT = "default"


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("an IANA time zone, such as Europe/Paris")
    return name


class NewAccount(BaseModel):
    """What an operator opens an account with."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    account: Annotated[str, AfterValidator(account_id)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    timeZone: Annotated[str, AfterValidator(_zone)] = "UTC"  # noqa: N815 - the wire's name
    rateCard: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")] = CARD_DEFAULT  # noqa: N815
    usageFrom: Instant | None = None  # noqa: N815 - the wire's name


async def open_account(services: Services, request: Request) -> Reply:
    """Open the account, once: 201, or `already_exists`. Refuses a rate card in another currency."""
    wish = request.json(NewAccount)
    now = services.clock.now()
    card = await services.rates.fresh(wish.rateCard, now)
    if card is not None and card.currency != wish.currency:
        raise ProblemError("currency_mismatch", f"rate card {wish.rateCard} is in {card.currency}")
    terms = Terms(
        account=account_id(wish.account),
        currency=wish.currency,
        country=wish.country,
        time_zone=wish.timeZone,
        rate_card=wish.rateCard,
        usage_from=wish.usageFrom or now - USAGE_BEFORE,
        opened_at=now,
        epoch=uuid.uuid4().hex[:12],
    )
    await services.registry.add(terms.account)
    answer = await services.ledger.post(
        terms.account, Decision(_open, event("open", terms.account, content=terms.epoch), opens=terms)
    )
    if not isinstance(answer, Posted):
        raise refused(answer if isinstance(answer, Refused) else Refused("already_exists", "it is open"))
    return Reply(201, account_json(answer.book, now=now))


def _open(book: Book, _now: datetime) -> Change | Refused:
    """The first page; an account that has one exists."""
    if book.position.sequence > 0:
        return Refused("already_exists", "this tenant has an account")
    return NOTHING
