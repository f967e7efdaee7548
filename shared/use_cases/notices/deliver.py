"""Deliver a notice to one group of readers: alone, or with others that wait because the mail service was busy."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from shared.notices.message import notice_from, notice_json
from shared.notices.wording import digest
from shared.ports import DeliveryState, MailRefusedError, MailThrottledError, UnavailableError
from shared.posting.journal import reads
from shared.service.services import Services
from shared.telemetry.instruments import EMAILS
from shared.use_cases.notices.hand_over import hand_over, hand_over_one_by_one
from shared.use_cases.notices.outgoing_email import OutgoingEmail, mark, note, record_of

CLAIMED_FOR = timedelta(minutes=5)
"""How long records belong to the one who sends them together. After a crash they wait for that long."""


TOGETHER_MAX = 40
"""Notices in one e-mail: more would be cut by mail programs, and do not fit into one transaction."""


async def deliver(services: Services, outgoing: OutgoingEmail) -> None:
    """Send *outgoing* unless it was dealt with. Raises `UnavailableError`: try it again."""
    account, now = outgoing.terms.account, services.clock.now()
    if await reads.markers(services.ledger.table, account, [outgoing.event]):
        return
    record = await services.deliveries.get(account, outgoing.id) or record_of(outgoing)
    if record.state is DeliveryState.SENT:
        return  # of a closed account, which takes no marker, only the record says so
    if not record.notice:
        if not record.etag:
            await services.deliveries.put(account, [record])
        await _send_alone(services, outgoing)
        return
    if record.is_claimed(now):
        raise UnavailableError(f"notice {outgoing.name} is being sent with others")
    readers = outgoing.readers.identity
    others = [each for each in await services.deliveries.throttled(account, readers) if not each.is_claimed(now)]
    waiting = sorted(
        [record, *(each for each in others if each.id != outgoing.id)][:TOGETHER_MAX], key=lambda each: each.id
    )
    claimed = [replace(each, claimed_until=now + CLAIMED_FOR) for each in waiting]
    if not await services.deliveries.put(account, claimed):
        raise UnavailableError(f"notice {outgoing.name} is being sent with others")
    facts = [json.loads(each.notice) for each in waiting]
    several = [replace(outgoing, name=each["name"], notice=notice_from(each)) for each in facts]
    marked = await reads.markers(services.ledger.table, account, [each.event for each in several])
    await note(services, outgoing, [each.id for each in several if each.event.key in marked], DeliveryState.SENT)
    if left := [each for each in several if each.event.key not in marked]:
        await _send_together(services, left)


async def _send_alone(services: Services, outgoing: OutgoingEmail) -> None:
    try:
        await hand_over(services, outgoing, outgoing.email(services.rules.portal), [outgoing.id], outgoing.event.key)
    except MailThrottledError:
        notice = json.dumps({"name": outgoing.name, **notice_json(outgoing.notice)})
        await note(services, outgoing, [outgoing.id], DeliveryState.WAITING, notice=notice)
        raise
    except MailRefusedError:
        await hand_over_one_by_one(services, outgoing)
    else:
        await _settle(services, [outgoing])


async def _send_together(services: Services, several: Sequence[OutgoingEmail]) -> None:
    """Send *several*, whose records are claimed, as one e-mail. If it is not accepted now, they go on waiting."""
    first, ids = several[0], [outgoing.id for outgoing in several]
    notices, portal = [outgoing.notice for outgoing in several], services.rules.portal
    sent = first.email(portal)
    if len(several) > 1:
        sent = digest(notices, first.readers, first.organisation, portal, first.undeliverable)
    try:
        await hand_over(services, first, sent, ids, " ".join(outgoing.event.key for outgoing in several))
    except MailRefusedError:
        for outgoing in several:
            await hand_over_one_by_one(services, outgoing)
    except UnavailableError:
        for outgoing in several:
            notice = json.dumps({"name": outgoing.name, **notice_json(outgoing.notice)})
            await note(services, outgoing, [outgoing.id], DeliveryState.WAITING, notice=notice)
        raise
    else:
        await _settle(services, several)


async def _settle(services: Services, several: Sequence[OutgoingEmail]) -> None:
    """Mark *several* as dealt with: they went out in one e-mail."""
    is_new = [await mark(services, outgoing) for outgoing in several]
    await note(services, several[0], [outgoing.id for outgoing in several], DeliveryState.SENT)
    if any(is_new):
        EMAILS.add(1, {"outcome": "sent"})
