"""Rate cards, by the service's own use case and view."""

from dataclasses import dataclass, replace
from typing import Any

from operations.plural import count_of
from operations.requests import all_items, request, value_of
from operations.result import Result
from shared.service.http import Flaw, ProblemError
from shared.service.services import Services
from shared.use_cases.rates.publish_rate_card import publish_rate_card
from shared.views.rates import list_rate_cards


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a card, and its currency; *dry_run* is "true" or "false", as in the request."""

    card: str
    valid_from: str
    currency: str
    dry_run: str


async def list_cards(services: Services) -> Result:
    """Every version of every card."""
    found = [item async for item in all_items(services, list_rate_cards, request({}))]
    rows = [(item["card"], item["validFrom"], item["currency"], str(item["rates"])) for item in found]
    return Result(found, count_of(len(found), "version"), ("card", "valid from", "currency", "rates"), rows)


async def import_card(services: Services, text: bytes, version: Version) -> Result:
    """The version that is published, or that would be."""
    options = request(
        {"card": version.card, "validFrom": version.valid_from},
        body=text,
        query={"currency": version.currency, "dryRun": version.dry_run},
        headers={"content-type": "text/csv"},
    )
    try:
        shown = await value_of(services, publish_rate_card, options)
    except ProblemError as refusal:
        raise ProblemError(refusal.code, refusal.detail, tuple(map(_by_line, refusal.flaws))) from refusal
    done = f"checked only, nothing was published; {_changes(shown)}" if shown["dryRun"] else "published"
    name = f"{shown['card']} from {shown['validFrom']} in {shown['currency']}"
    return Result(shown, f"{count_of(shown['rates'], 'rate')} as {name}: {done}")


def _changes(shown: dict[str, Any]) -> str:
    """What a dry run found, compared with the version in force at the new one's validFrom."""
    return ", ".join(f"{shown[change]} {change}" for change in ("added", "removed", "dearer", "cheaper"))


def _by_line(flaw: Flaw) -> Flaw:
    """The flaw of a card with its pointer, /line/column, written for people."""
    line, _, column = flaw.pointer.removeprefix("/").partition("/")
    return replace(flaw, pointer=f"line {line}, {column}" if column else f"line {line}")
