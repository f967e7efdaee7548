"""Open an account. An account is a tenant, in one currency, with one rate card (CONTRACT 2)."""

import uuid
from datetime import datetime, timedelta
from typing import Annotated, TypeAlias
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.kernel.ids import account_id
from shared.kernel.printable import is_printable
from shared.ledger.book import Book, Terms
from shared.ledger.change import NOTHING, Change
from shared.ledger.lifetime import reopen
from shared.posting.decision import Decision, event
from shared.posting.journal import reads
from shared.service.fingerprint import fingerprint
from shared.service.http import Flaw, ProblemError, Reply, Request
from shared.service.instants import Instant
from shared.service.services import Services
from shared.use_cases.accounts.iso_codes import Country, currencies
from shared.use_cases.service_numbers.release_numbers import release_numbers
from shared.views.account import account_json

USAGE_BEFORE = timedelta(days=92)
"""Usage reports reach back 90 days and arrive up to two days late."""

CARD_DEFAULT = "default"
ZONE_DEFAULT = "UTC"

NAME_MAX = 100
"""Characters of an organisation's name: e-mails show it in a line."""


def _printable(text: str) -> str:
    if not is_printable(text):
        raise ValueError("only printable characters")
    return text


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("an IANA time zone, such as Europe/Paris")
    return name


def _currency(code: str) -> str:
    if code not in currencies():
        raise ValueError("a currency in use, by its three capital letters (ISO 4217)")
    return code


OrganisationName: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_MAX),
    AfterValidator(_printable),
]
"""The organisation's name, without blanks around it. E-mails show it instead of the account's id."""


class NewAccount(BaseModel):
    """The request by which an operator opens an account."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    account: Annotated[str, AfterValidator(account_id), Field(json_schema_extra={"format": "uuid"})]
    name: OrganisationName | None = None
    currency: Annotated[str, AfterValidator(_currency), Field(json_schema_extra={"pattern": "^[A-Z]{3}$"})]
    country: Country
    timeZone: Annotated[str, AfterValidator(_zone)] = ZONE_DEFAULT  # noqa: N815 - the wire's name
    rateCard: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")] = CARD_DEFAULT  # noqa: N815
    usageFrom: Instant | None = None  # noqa: N815 - the wire's name

    def content(self) -> str:
        """The fingerprint of what was given, by which a repeat is recognised. A default counts as not given; values
        that depend on the time of the request are not part of it.
        """
        return fingerprint(
            {
                "name": self.name,
                "currency": self.currency,
                "country": self.country,
                "timeZone": None if self.timeZone == ZONE_DEFAULT else self.timeZone,
                "rateCard": None if self.rateCard == CARD_DEFAULT else self.rateCard,
                "usageFrom": self.usageFrom,
            }
        )


async def open_account(services: Services, request: Request) -> Reply:
    """201 with the account. The same content again, after a lost answer: 201 with the account as it now is. Refuses a
    currency, country or rate card that does not exist, with a pointer to its field, and a card in another currency.
    """
    requested = request.json(NewAccount)
    terms = _terms(requested, services.clock.now())
    book = await services.ledger.read_including_closed(terms.account)
    if book is None or book.terms.closed_at is not None:
        await _require_card(services, requested)
        await _require_currency(services, book, requested)
        if book is not None and book.terms.closed_at is not None:  # the closing may have been interrupted
            await release_numbers(services, terms.account, book.terms.closed_at)
        book = await _begin(services, terms, book.terms.epoch if book else "")
    if book.terms.closed_at is not None or not _is_opened_by(book.terms, requested):
        raise ProblemError("already_exists", "this tenant already has an account, opened with other values")
    return Reply(201, account_json(book, now=services.clock.now()))


async def _begin(services: Services, terms: Terms, before: str) -> Book:
    """The account's book, opened by this request or by a faster one. *before* is the epoch of the life that has ended,
    empty for the first life.
    """
    await services.registry.add(terms.account, terms.opened_at)
    name = ("open", terms.account, before) if before else ("open", terms.account)

    def decide(book: Book, _now: datetime) -> Change | None:
        if book.position.sequence == 0:
            return NOTHING
        if book.terms.closed_at is not None and book.terms.epoch == before:
            return reopen(terms)
        return None

    opening = Decision(decide, event(*name, content=terms.epoch), opening_terms=terms)
    await services.ledger.post(terms.account, opening)
    return await services.book(terms.account)


def _terms(requested: NewAccount, now: datetime) -> Terms:
    return Terms(
        account=account_id(requested.account),
        currency=requested.currency,
        country=requested.country,
        time_zone=requested.timeZone,
        rate_card=requested.rateCard,
        usage_from=requested.usageFrom or now - USAGE_BEFORE,
        opened_at=now,
        epoch=uuid.uuid4().hex[:12],
        name=requested.name or "",
        given=requested.content(),
    )


async def _require_card(services: Services, requested: NewAccount) -> None:
    """Refuse a card that does not exist or has another currency. It may be in force only later."""
    versions = [version for version in await services.rates.versions() if version.name == requested.rateCard]
    if not versions:
        flaw = Flaw("/rateCard", "unknown", "a published rate card; it may be in force only later")
        raise ProblemError("invalid_request", f"there is no rate card {requested.rateCard}", (flaw,))
    if versions[0].currency != requested.currency:
        raise ProblemError("currency_mismatch", f"rate card {requested.rateCard} is in {versions[0].currency}")


async def _require_currency(services: Services, book: Book | None, requested: NewAccount) -> None:
    """Refuse another currency for an account that has bookings: its lots and movements are amounts in the first one. An
    account without bookings was opened by mistake, and may be opened again in another currency.
    """
    if book is None or book.terms.currency == requested.currency:
        return
    account, last = book.terms.account, book.position.sequence
    async for page in reads.pages(services.ledger.table, account, 1, last):
        if page.facts["movements"]:
            raise ProblemError("currency_mismatch", f"this account has bookings in {book.terms.currency}")


def _is_opened_by(terms: Terms, requested: NewAccount) -> bool:
    """Whether *requested* is what the account was opened with. Version 0.1.0 stored no fingerprint: its accounts are
    compared by their terms, with the default `usageFrom` filled in where none is given.
    """
    if terms.given:
        return terms.given == requested.content()
    usage_from = requested.usageFrom or terms.opened_at - USAGE_BEFORE
    asked = (
        requested.name or "",
        requested.currency,
        requested.country,
        requested.timeZone,
        requested.rateCard,
        usage_from,
    )
    return asked == (terms.name, terms.currency, terms.country, terms.time_zone, terms.rate_card, terms.usage_from)
