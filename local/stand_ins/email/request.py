"""What the e-mail service checks in a request before it accepts an e-mail."""

import json
import re
from typing import Any
from uuid import UUID

from starlette.requests import Request

RECIPIENTS_MAX = 50
EMAIL_BYTES_MAX = 10 * 1024 * 1024
"""Source: Azure Communication Services, service limits for e-mail."""

API_VERSIONS = frozenset({"2025-09-01", "2023-03-31"})

_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_LINE_END = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class RefusedError(Exception):
    """The request is answered with an error of this status and code."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code


def check_version(request: Request) -> None:
    """Raise `RefusedError` unless the request names a stable version of the API."""
    if request.query_params.get("api-version") not in API_VERSIONS:
        raise RefusedError(400, "InvalidApiVersion", "api-version is missing or unknown")


def operation_of(request: Request) -> str | None:
    """The caller's operation id; None if there is none."""
    given = request.headers.get("operation-id")
    if given is None:
        return None
    try:
        return str(UUID(given))
    except ValueError:
        raise RefusedError(400, "InvalidOperationId", "Operation-Id is not a UUID") from None


def email_of(body: bytes) -> dict[str, Any]:
    """The arguments of `Mailbox.take` from *body*. Raises `RefusedError` for an e-mail that the service refuses."""
    if len(body) > EMAIL_BYTES_MAX:
        raise RefusedError(413, "RequestEntityTooLarge", "an e-mail has at most 10 MB")
    try:
        sent = json.loads(body)
        content, recipients = sent["content"], sent["recipients"]
        email = {
            "sender": str(sent["senderAddress"]),
            "subject": str(content["subject"]),
            "text": str(content.get("plainText") or ""),
            "html": str(content.get("html") or ""),
            "to": [str(each["address"]) for each in recipients["to"]],
            "bcc": [str(each["address"]) for kind in ("cc", "bcc") for each in recipients.get(kind) or ()],
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RefusedError(400, "InvalidRequest", f"not an e-mail message: {error!r}") from error
    return _checked(email)


def _checked(email: dict[str, Any]) -> dict[str, Any]:
    everyone = [*email["to"], *email["bcc"]]
    wrong = [address for address in (email["sender"], *everyone) if _ADDRESS.fullmatch(address) is None]
    if wrong:
        raise RefusedError(400, "InvalidEmailAddress", f"not an e-mail address: {wrong[0]!r}")
    if not email["to"] or len(everyone) > RECIPIENTS_MAX:
        raise RefusedError(400, "InvalidRecipients", f"1 to {RECIPIENTS_MAX} recipients, one of them in `to`")
    if not (email["text"] or email["html"]):
        raise RefusedError(400, "InvalidContent", "neither plainText nor html")
    if _LINE_END.search(email["subject"]):
        raise RefusedError(400, "InvalidSubject", "a subject is one line")
    return email
