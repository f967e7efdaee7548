"""Codes of errors and their HTTP statuses: the one table (CONTRACT 2). Errors are problems (RFC 9457)."""

STATUS = {
    "invalid_request": 400,
    "idempotency_key_missing": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "no_rate": 404,
    "already_exists": 409,
    "already_reversed": 409,
    "idempotency_in_progress": 409,
    "payment_pending": 409,
    "lot_spent": 409,
    "not_empty": 409,
    "export_unreadable": 409,
    "stale": 412,
    "payload_too_large": 413,
    "unsupported_media_type": 415,
    "idempotency_conflict": 422,
    "currency_mismatch": 422,
    "not_eligible": 422,
    "post_usage": 422,
    "below_minimum": 422,
    "above_maximum": 422,
    "no_payment_method": 422,
    "card_declined": 422,
    "too_many_lots": 422,
    "not_refundable": 422,
    "not_reversible": 422,
    "precondition_required": 428,
    "too_many_requests": 429,
    "internal": 500,
    "unavailable": 503,
}

RETRY_AFTER = {"too_many_requests": "5", "unavailable": "5", "idempotency_in_progress": "2"}
"""Seconds after which a repeat may succeed, where nothing more exact is known."""

TYPE = "urn:communications-credits:problem:"
"""The prefix of a problem's `type`; the code follows."""


def title_of(code: str) -> str:
    """The problem's short title in English."""
    return code.replace("_", " ").capitalize()
