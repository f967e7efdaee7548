"""Whether the account may buy credit, with the reasons, and what needs no credit (R15, CONTRACT 2.3)."""

from datetime import datetime

from shared.eligibility.eligibility import evaluate, not_needed
from shared.kernel.times import instant_text
from shared.ledger.book import Book
from shared.plans.catalogue import plan_at
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Reply, Request, refused
from shared.service.query import instant_in
from shared.service.services import Services


async def read_eligibility(services: Services, request: Request) -> Reply:
    """The eligibility at an instant, past or future; now if none is given."""
    at = instant_in(request, "at") or services.clock.now()
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    return Reply(200, eligibility_json(book, at))


def eligibility_json(book: Book, at: datetime) -> dict[str, object]:
    """The eligibility at *at*, by the subscriptions and exemptions that are recorded now."""
    found = evaluate(book.entitlements, book.terms.country, at)
    included = not_needed(book.entitlements, at, lambda plan: _has_minutes(plan, at))
    return {
        "eligible": found.is_eligible,
        "at": instant_text(at),
        "reasons": [
            {"code": reason.code.value, "detail": reason.detail, "remedy": reason.remedy} for reason in found.reasons
        ],
        "notNeeded": [{"code": each.code.value, "detail": each.detail} for each in included],
    }


def _has_minutes(plan: str, at: datetime) -> bool:
    found = plan_at(plan, at)
    return found is not None and bool(found.pools)
