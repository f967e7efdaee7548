"""Send a notice to the account's administrators (R18, R19). Triggered by the queue `notices`; no money waits for it."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.ledger.book import Terms
from shared.ledger.settings import Settings
from shared.notices.administrators import administrator_of
from shared.notices.message import notice_from
from shared.notices.notice import Notice, kind_of
from shared.notices.notify import closing_settings
from shared.notices.recipients import Readers, readers_of
from shared.notices.roles import roles_of
from shared.ports import UnavailableError
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.notices.deliver import deliver
from shared.use_cases.notices.outgoing_email import OutgoingEmail

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
    settings = closing_settings(facts["private"]) if "private" in facts else book.settings
    groups, undeliverable = await _readers(services, book.terms, settings, notice)
    if not settings.known_administrators:
        why = "the addresses are lost" if settings.are_administrators_lost else "no administrators are set"
        log.warning("notice %s of %s reaches nobody: %s", facts["id"], account, why)
    outage: UnavailableError | None = None
    for readers in groups:
        try:
            await deliver(services, OutgoingEmail(book.terms, facts["id"], notice, readers, undeliverable))
        except UnavailableError as unavailable:  # the readers of another language need not wait for these
            outage = unavailable
    if outage is not None:
        raise outage


async def _readers(
    services: Services, terms: Terms, settings: Settings, notice: Notice
) -> tuple[tuple[Readers, ...], tuple[str, ...]]:
    """The groups of readers, and the addresses that get nothing because nothing reaches them."""
    administrators = [administrator_of(entry) for entry in settings.known_administrators]
    addresses = [each.address for each in administrators]
    version = settings.administrators_version
    undeliverable = (
        await services.deliveries.suppressed(terms.account, addresses, version) if addresses else frozenset()
    )
    groups = readers_of(
        administrators,
        locale=LOCALE_DEFAULT,
        time_zone=terms.time_zone,
        kind=kind_of(notice),
        silent_roles=roles_of(settings.silent_roles),
        undeliverable=undeliverable,
    )
    reached = {address for readers in groups for address in readers.addresses}
    return groups, tuple(sorted(undeliverable - reached))
