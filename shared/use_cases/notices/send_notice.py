"""Send a notice to the account's administrators (R18, R19). Triggered by the queue `notices`.

A marker for each delivery records what was sent, because the mail service guarantees nothing about a repeated
Operation-Id. A crash between sending and marking sends the e-mail once more. Money never waits for an e-mail.
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
from shared.ledger.book import Book, Terms
from shared.ledger.change import NOTHING, Change
from shared.notices.administrators import administrator_of
from shared.notices.message import notice_from
from shared.notices.notice import Notice
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
    """Send one e-mail to each group of readers, each once. Raises `UnavailableError`: the queue delivers it again."""
    facts = json.loads(message)
    account = AccountId(facts["account"])
    with span("e-mail", SpanKind.CONSUMER, parent=facts.get(TRACEPARENT), attributes={"credits.account": account}):
        await _send(services, account, facts)


async def _send(services: Services, account: AccountId, facts: Mapping[str, Any]) -> None:
    book = await services.book(account)
    notice = notice_from(facts["notice"])
    administrators = [administrator_of(entry) for entry in book.settings.known_administrators]
    if not administrators:
        why = "the addresses are lost" if book.settings.are_administrators_lost else "no administrators are set"
        log.warning("notice %s of %s reaches nobody: %s", facts["id"], account, why)
    for readers in readers_of(administrators, locale=LOCALE_DEFAULT, time_zone=book.terms.time_zone):
        await _deliver(services, book.terms, notice, readers, facts["id"])


async def _deliver(services: Services, terms: Terms, notice: Notice, readers: Readers, name: str) -> None:
    """Send *notice* to *readers*, unless a marker says that it was dealt with. *name* is the notice's identity."""
    account = terms.account
    delivery = event("notice", account, name, readers.identity, content="")
    if await reads.markers(services.ledger.table, account, [delivery]):
        return
    outcome = "sent"
    try:
        sent = email(notice, readers, terms.name or account, services.rules.portal)
        await services.mail.send(sent, uuid5(NAMESPACE_URL, f"notice:{delivery.key}"))
    except UnavailableError:
        EMAILS.add(1, {"outcome": "unavailable"})
        raise
    except MailRefusedError:
        outcome = "refused"
        if len(readers.addresses) > 1:  # one rejected address must not keep the e-mail from the others
            for address in readers.addresses:
                await _deliver(services, terms, notice, replace(readers, addresses=(address,)), name)
        else:
            # Another try would be refused as well. The marker says that the e-mail was dealt with, the log says how.
            log.exception("notice %s of %s was refused by the mail service", name, account)
    answer = await services.ledger.post(account, Decision(_mark_only, delivery))
    if isinstance(answer, Posted) and (outcome == "sent" or len(readers.addresses) == 1):
        EMAILS.add(1, {"outcome": outcome})


def _mark_only(_book: Book, _now: datetime) -> Change:
    """Nothing but the delivery's marker is written."""
    return NOTHING
