"""Publish a version of a rate card, whole or not at all (R9). Calls that are already booked do not change."""

import re
from dataclasses import asdict
from urllib.parse import unquote

from shared.kernel.times import instant_text, parse_instant
from shared.rating.card_csv import CardProblems, read_rates
from shared.rating.card_differences import differences
from shared.rating.rate_card import RateCard
from shared.service.http import Flaw, ProblemError, Reply, Request
from shared.service.query import is_switched_on
from shared.service.services import Services
from shared.use_cases.accounts.iso_codes import currencies

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_CURRENCY = re.compile(r"[A-Z]{3}")

CARD_BYTES_MAX = 8 * 1024 * 1024
"""The largest published card has under half a megabyte."""


async def publish_rate_card(services: Services, request: Request) -> Reply:
    """201 for a new version, 200 for one that is replaced or for a dry run (`dryRun=true`); every flaw by its line."""
    is_dry = is_switched_on(request, "dryRun")
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "text/csv":
        raise ProblemError("unsupported_media_type", "a rate card is text/csv")
    if len(request.body) > CARD_BYTES_MAX:
        raise ProblemError("payload_too_large", f"a rate card has at most {CARD_BYTES_MAX} bytes")
    card = _read(request)
    known = [version for version in await services.rates.versions() if version.name == card.name]
    if not known and card.currency not in currencies():
        flaw = Flaw("/currency", "unknown", "a currency that somebody pays with today (ISO 4217)")
        raise ProblemError("invalid_request", f"there is no currency {card.currency}", (flaw,))
    if any(version.currency != card.currency for version in known):
        raise _in_another_currency(card, known[0].currency)
    shown = {
        "card": card.name,
        "currency": card.currency,
        "validFrom": instant_text(card.valid_from),
        "rates": card.version.rates,
        "dryRun": is_dry,
    }
    if is_dry:
        before = await services.rates.in_force_uncached(card.name, card.valid_from)
        return Reply(200, {**shown, **asdict(differences(card, before))})
    is_new = all(version.valid_from != card.valid_from for version in known)
    other = await services.rates.publish(card)
    if other is not None:
        raise _in_another_currency(card, other.currency)
    return Reply(201 if is_new else 200, shown)


def _in_another_currency(card: RateCard, currency: str) -> ProblemError:
    detail = f"rate card {card.name} is in {currency}"
    return ProblemError("currency_mismatch", detail, (Flaw("/currency", "currency_mismatch", detail),))


def _read(request: Request) -> RateCard:
    name, currency = request.path["card"], request.query.get("currency", "")
    if not _NAME.fullmatch(name):
        raise ProblemError("invalid_request", "a card's name has up to 64 letters, digits, '-', '_' and '.'")
    if not _CURRENCY.fullmatch(currency):
        flaw = Flaw("/currency", "invalid" if currency else "missing", "three capital letters (ISO 4217)")
        raise ProblemError("invalid_request", "currency is required, as three capital letters (ISO 4217)", (flaw,))
    try:
        valid_from = parse_instant(unquote(request.path["validFrom"]))
    except (ValueError, OverflowError) as error:
        flaw = Flaw("/validFrom", "invalid", str(error))
        raise ProblemError("invalid_request", f"validFrom: {error}", (flaw,)) from error
    read = read_rates(request.body)
    if isinstance(read, CardProblems):
        flaws = tuple(Flaw(f"/{flaw.line}/{flaw.column}", "invalid", flaw.detail) for flaw in read.problems)
        raise ProblemError("invalid_request", "this is not a rate card; nothing was changed", flaws)
    return read.as_card(name, currency, valid_from)
