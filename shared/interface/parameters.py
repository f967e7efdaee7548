"""Parameters and headers of the HTTP interface, as the OpenAPI document describes them."""

from typing import Any

from shared.ports import SUSPENSE_REASONS, SuspenseState
from shared.readers.formats import FORMATS
from shared.service.http import LIMIT_DEFAULT, LIMIT_MAX
from shared.service.query import ORDERS
from shared.use_cases.calls.described_call import NAME_CHARACTERS
from shared.use_cases.reports.counted import Dimension
from shared.views.movements import KINDS

TEXT = {"type": "string"}
INSTANT = {"type": "string", "format": "date-time"}
MONTH = {
    "type": "string",
    "pattern": "^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-(0[1-9]|1[0-2])$",
}
"""The first year is 0001."""


def _described(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"schema": schema, "description": description}


PATH = {
    "account": _described({"type": "string", "format": "uuid"}, "The account, which is the tenant's id."),
    "movement": _described({"type": "string", "pattern": "^[0-9]{12}-[0-9]{3}$"}, "The movement's id."),
    "purchase": _described(TEXT, "The purchase's id."),
    "reconciliation": _described(TEXT, "The reconciliation's id."),
    "refund": _described(TEXT, "The refund's id."),
    "method": _described(TEXT, "The stored card's id."),
    "card": _described({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"}, "The rate card's name."),
    "validFrom": _described(INSTANT, "From when the version is in force."),
    "leg": _described(
        {"type": "string", "minLength": 1, "maxLength": NAME_CHARACTERS}, "The telephony system's own id of the call."
    ),
    "month": _described(MONTH, "A calendar month in UTC, such as 2026-11."),
    "serviceNumber": _described({"type": "string", "pattern": "^[0-9]{20}-[0-9a-f]{16}$"}, "The registration's id."),
    "receipt": _described(TEXT, "The file's receipt."),
    "name": _described({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"}, "The profile's name."),
    "user": _described({"type": "string", "minLength": 1, "maxLength": 256}, "The user's opaque id, as in usage."),
    "item": _described(TEXT, "The item's id."),
    "file": _described(TEXT, "The file's name."),
    "folder": _described(TEXT, "The folder's name."),
    "digest": _described(TEXT, "The digest of this version, as the portal's page names it."),
}
QUERY = {
    "after": _described({"type": "string", "minLength": 1}, "The `next` of the page before."),
    "limit": _described(
        {"type": "integer", "default": LIMIT_DEFAULT},
        f"Items in a page. Clamped to 1 to {LIMIT_MAX}.",
    ),
    "order": _described({"type": "string", "enum": list(ORDERS), "default": ORDERS[0]}, "`desc`: in reverse."),
    "at": _described(INSTANT, "The instant; now when it is absent."),
    "from": _described(INSTANT, "At this instant or later: movements were booked, calls started."),
    "to": _described(INSTANT, "Before this instant."),
    "by": _described({"type": "string", "enum": list(Dimension)}, "By what usage is summed."),
    "user": _described({"type": "string", "minLength": 1}, "Calls of this user only."),
    "kind": _described({"type": "string", "enum": list(KINDS)}, "Movements of this kind only."),
    "state": _described({"type": "string", "enum": list(SuspenseState), "default": "open"}, "Items in this state."),
    "reason": _described({"type": "string", "enum": list(SUSPENSE_REASONS)}, "Items with this reason only."),
    "currency": _described({"type": "string", "pattern": "^[A-Z]{3}$"}, "The rate card's currency (ISO 4217)."),
    "month": _described(MONTH, "A calendar month in UTC, such as 2026-11."),
    "format": _described({"type": "string", "enum": list(FORMATS)}, "The format of the file."),
    "account": _described(
        {"type": "string", "format": "uuid"},
        "The account of records that name none; with `Usage.Send` the tenant's own.",
    ),
    "profile": _described(
        {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"}, "The profile of the source."
    ),
    "dryRun": _described(
        {"type": "string", "enum": ["true", "false"], "default": "false"},
        "`true`: publish nothing, count what would change.",
    ),
}

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Makes a repeat harmless: the same key with the same content has its effect once, for ever.",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": TEXT,
    "description": "The `ETag` of the settings as they were read.",
}
SIGNATURE = {
    "name": "Stripe-Signature",
    "in": "header",
    "required": True,
    "schema": TEXT,
    "description": "Stripe's signature over the body.",
}

HEADERS = {
    "X-Correlation-Id": _described(TEXT, "The request's own, if it was sent; found in the service's logs."),
    "ETag": _described(TEXT, "Send it as `If-Match` to change what was read."),
    "Idempotent-Replayed": _described({"const": "true"}, "There when the key came before."),
    "Retry-After": _described({"type": "integer"}, "Seconds after which a repeat may succeed."),
}
