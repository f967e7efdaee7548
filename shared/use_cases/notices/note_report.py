"""Note what a mail server said about an e-mail: a delivery report of the mail service (R18). Triggered by the queue
`mail-reports`, into which Azure Event Grid puts them.
"""

import json
import logging
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.telemetry.instruments import EMAILS

log = logging.getLogger(__name__)

EVENT_TYPE = "Microsoft.Communication.EmailDeliveryReportReceived"
"""Source: Azure Communication Services, e-mail events. Events of other types are ignored."""

DELIVERED = "Delivered"
UNREACHABLE = frozenset({"Bounced", "Suppressed"})
"""Nothing will reach such an address. `Failed`, `FilteredSpam` and `Quarantined` may be different next time."""


async def note_report(services: Services, message: bytes) -> None:
    """Note each report in *message*: one event or a list, in Event Grid's schema or as a CloudEvent, plain or base64.
    Raises `UnavailableError`, and ValueError for a message that is no such thing.
    """
    for report in _reports(message):
        message_id, recipient, status = UUID(report["messageId"]), str(report["recipient"]), str(report["status"])
        is_delivered = status == DELIVERED
        account = await services.deliveries.report(message_id, recipient, is_delivered=is_delivered)
        if account is None:
            log.info("a delivery report about message %s is not about an administrator", message_id)
            continue
        EMAILS.add(1, {"outcome": "delivered" if is_delivered else "undelivered"})
        if not is_delivered:
            log.warning("an e-mail of %s was not delivered: %s", account, status)
        if status in UNREACHABLE:
            await _suppress(services, account, recipient)


async def _suppress(services: Services, account: AccountId, recipient: str) -> None:
    """Send nothing to *recipient* until the administrators are saved again."""
    book = await services.book(account)
    await services.deliveries.suppress(account, recipient, book.settings.administrators_version)


def _reports(message: bytes) -> Iterator[Mapping[str, Any]]:
    """The data of each delivery report in *message*."""
    text = message if message.lstrip()[:1] in {b"{", b"["} else b64decode(message, validate=True)
    found = json.loads(text)
    for event in found if isinstance(found, list) else [found]:
        if EVENT_TYPE in {event.get("eventType"), event.get("type")}:
            yield event["data"]
