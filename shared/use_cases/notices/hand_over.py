"""Hand an e-mail to the mail service, and, if it will never accept it, one to each reader alone."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from shared.notices.email import Email
from shared.ports import DeliveryState, MailRefusedError, MailThrottledError, UnavailableError
from shared.posting.journal import reads
from shared.service.services import Services
from shared.telemetry.instruments import EMAILS
from shared.use_cases.notices.outgoing_email import OutgoingEmail, mark, note

log = logging.getLogger(__name__)


async def hand_over(
    services: Services, outgoing: OutgoingEmail, sent: Email, ids: Sequence[str], identity: str
) -> None:
    """Hand *sent*, about the records *ids*, to the mail service. *identity* gives each try of the same e-mail the same
    id. Raises what `Mail.send` raises.
    """
    message = uuid5(NAMESPACE_URL, f"notice:{identity}")
    await services.deliveries.expect(message, outgoing.terms.account, ids, sent.to)
    try:
        await services.mail.send(sent, message)
    except MailThrottledError:
        EMAILS.add(1, {"outcome": "throttled"})
        raise
    except UnavailableError:
        EMAILS.add(1, {"outcome": "unavailable"})
        raise


async def hand_over_one_by_one(services: Services, outgoing: OutgoingEmail) -> None:
    """The mail service will never accept this e-mail to all readers. One rejected address must not keep it from the
    others; a single reader's e-mail is given up.
    """
    addresses = outgoing.readers.addresses
    outcomes = [await _send_to(services, outgoing, each) for each in addresses] if len(addresses) > 1 else [False]
    refused = outcomes.count(False)
    if refused:
        # Another try would be refused as well. The marker says that the e-mail was dealt with, the log says how.
        log.error("notice %s of %s was refused by the mail service", outgoing.name, outgoing.terms.account)
        EMAILS.add(refused, {"outcome": "refused"})
    state = DeliveryState.FAILED if refused else DeliveryState.SENT
    await note(services, outgoing, [outgoing.id], state, undelivered=refused)
    await mark(services, outgoing)


async def _send_to(services: Services, outgoing: OutgoingEmail, address: str) -> bool:
    """Send *outgoing* to one of its readers, and return whether the mail service accepted it."""
    alone = replace(outgoing, readers=replace(outgoing.readers, addresses=(address,)))
    if await reads.markers(services.ledger.table, outgoing.terms.account, [alone.event]):
        return True
    try:
        await hand_over(services, alone, alone.email(services.rules.portal), [outgoing.id], alone.event.key)
    except MailRefusedError:
        return False
    if await mark(services, alone):
        EMAILS.add(1, {"outcome": "sent"})
    return True
