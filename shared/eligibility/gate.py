"""The gate before purchases and before auto-recharge is switched on (R15, CONTRACT 2.3)."""

from datetime import datetime

from shared.eligibility.eligibility import evaluate
from shared.ledger.book import Book, Refused


def refusal(book: Book, *, now: datetime) -> Refused | None:
    """Why the account cannot buy credit at *now*, with every reason; None if it can."""
    found = evaluate(book.entitlements, book.terms.country, now)
    if found.is_eligible:
        return None
    reasons = tuple((reason.code.value, reason.detail, reason.remedy) for reason in found.reasons)
    detail = "credit cannot be bought; remedy: " + "; ".join(reason.remedy for reason in found.reasons)
    if found.is_post_usage_alone:
        return Refused("post_usage", detail, reasons=reasons)
    return Refused("not_eligible", detail, reasons=reasons)
