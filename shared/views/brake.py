"""The fraud brake, for portals, with the ETag that a change requires (R28, CONTRACT 2.5)."""

from shared.kernel.times import instant_text
from shared.ledger.book import Book
from shared.ledger.brake import Cause
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.views.account import money_json

THOUSAND = 1_000


SHOWN_ONLY = frozenset({"state", "since", "why"})
"""What reading the brake shows beside its settings."""


async def read_brake(services: Services, request: Request) -> Reply:
    """The settings, the state, and why the brake has braked."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    return brake_reply(book)


def brake_reply(book: Book) -> Reply:
    """200 with the brake and its ETag."""
    return Reply(200, brake_json(book), {"ETag": brake_etag(book)})


def brake_etag(book: Book) -> str:
    """Changes with every change of the settings; the defaults have one, too."""
    return f'"brake-{book.brake.version}"'


def brake_json(book: Book) -> dict[str, object]:
    """The brake: money an hour, and the sensitivity from 0 to 1."""
    brake, settings, currency = book.brake, book.brake.settings, book.terms.currency
    user, prefix = settings.per_user_per_hour, settings.per_prefix_per_hour
    return {
        "enabled": settings.enabled,
        "perUserPerHour": None if user is None else money_json(user, currency),
        "perPrefixPerHour": None if prefix is None else money_json(prefix, currency),
        "sensitivity": settings.sensitivity / THOUSAND,
        "state": "braked" if brake.has_braked else "watching",
        "since": instant_text(brake.since) if brake.since else None,
        "why": [_cause_json(cause, currency) for cause in brake.why],
    }


def _cause_json(cause: Cause, currency: str) -> dict[str, object]:
    return {
        "user": cause.user or None,
        "prefix": cause.prefix or None,
        "observed": money_json(cause.observed, currency),
        "usual": money_json(cause.usual, currency),
    }
