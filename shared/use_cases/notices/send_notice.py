"""Send a notice to the account's administrators (R18, R19). Woken by the queue `notices`.

What was sent is our own record, a marker for each delivery: the mail service promises nothing about a repeated
Operation-Id. A crash between sending and marking sends once more; money never waits for an e-mail.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.notices.administrators import administrator_of
from shared.notices.kinds import Notice
from shared.notices.message import notice_from
from shared.notices.recipients import Readers, readers_of
from shared.notices.wording import email
from shared.ports import MailRefusedError, UnavailableError
from shared.posting.decision import Decision, Posted, event
from shared.posting.journal import reads
from shared.service.services import Services
from shared.telemetry.instruments import EMAILS
from shared.telemetry.tracing import TRACEPARENT, span

log = logging.getLogger(__name__)

LOCALE_DEFAULT = "en"


async def send_notice(services: Services, message: bytes) -> None:
    """One e-mail for each group of readers, each once. Raises `UnavailableError`: the queue comes back."""
    told = json.loads(message)
    account = AccountId(told["account"])
    with span("e-mail", SpanKind.CONSUMER, parent=told.get(TRACEPARENT), attributes={"credits.account": account}):
        await _send(services, account, told)


async def _send(services: Services, account: AccountId, told: Mapping[str, Any]) -> None:
    book = await services.book(account)
    notice = notice_from(told["notice"])
    administrators = [administrator_of(entry) for entry in book.settings.known_administrators]
    if not administrators:
        why = "the addresses are lost" if book.settings.are_administrators_lost else "no administrators are set"
        log.warning("notice %s of %s reaches nobody: %s", told["id"], account, why)
    for readers in readers_of(administrators, locale=LOCALE_DEFAULT, time_zone=book.terms.time_zone):
        await _deliver(services, account, notice, readers, told["id"])


async def _deliver(services: Services, account: AccountId, notice: Notice, readers: Readers, name: str) -> None:
    delivery = event("notice", account, name, readers.identity, content="")
    if await reads.markers(services.ledger.table, account, [delivery]):
        return
    outcome = "sent"
    try:
        await services.mail.send(email(notice, readers, account), uuid5(NAMESPACE_URL, f"notice:{delivery.key}"))
    except UnavailableError:
        EMAILS.add(1, {"outcome": "unavailable"})
        raise
    except MailRefusedError:
        outcome = "refused"
        if len(readers.addresses) > 1:  # one address at fault must not keep the e-mail from the others
            for address in readers.addresses:
                await _deliver(services, account, notice, replace(readers, addresses=(address,)), name)
        else:
            # Trying again would be refused again. The marker says that it was dealt with, the log says how.
            log.exception("notice %s of %s was refused by the mail service", name, account)
    answer = await services.ledger.post(account, Decision(_delivered, delivery))
    if isinstance(answer, Posted) and (outcome == "sent" or len(readers.addresses) == 1):
        EMAILS.add(1, {"outcome": outcome})


def _delivered(_book: Book, _now: datetime) -> Change:
    return NOTHING
