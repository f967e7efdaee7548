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
from shared.use_cases.notices.letter import Letter, mark, note, record_of

CLAIMED_FOR = timedelta(minutes=5)
"""How long records belong to the one who sends them together. After a crash they wait for that long."""


async def deliver(services: Services, letter: Letter) -> None:
    """Send *letter* unless it was dealt with. Raises `UnavailableError`: try it again."""
    account, now = letter.terms.account, services.clock.now()
    if await reads.markers(services.ledger.table, account, [letter.event]):
        return
    record = await services.deliveries.get(account, letter.id) or record_of(letter)
    if not record.notice:
        if not record.etag:
            await services.deliveries.put(account, [record])
        await _send_alone(services, letter)
        return
    readers = letter.readers.identity
    waiting = [each for each in await services.deliveries.throttled(account, readers) if not each.is_claimed(now)]
    claimed = [replace(each, claimed_until=now + CLAIMED_FOR) for each in waiting]
    is_mine = any(each.id == letter.id for each in waiting)
    if not is_mine or not await services.deliveries.put(account, claimed):
        raise UnavailableError(f"notice {letter.name} is being sent with others")
    facts = [json.loads(each.notice) for each in waiting]
    letters = [replace(letter, name=each["name"], notice=notice_from(each)) for each in facts]
    marked = await reads.markers(services.ledger.table, account, [each.event for each in letters])
    await note(services, letter, [each.id for each in letters if each.event.key in marked], DeliveryState.SENT)
    await _send_together(services, [each for each in letters if each.event.key not in marked])


async def _send_alone(services: Services, letter: Letter) -> None:
    try:
        await hand_over(services, letter, letter.email(services.rules.portal), [letter.id], letter.event.key)
    except MailThrottledError:
        notice = json.dumps({"name": letter.name, **notice_json(letter.notice)})
        await note(services, letter, [letter.id], DeliveryState.WAITING, notice=notice)
        raise
    except MailRefusedError:
        await hand_over_one_by_one(services, letter)
    else:
        await _settle(services, [letter])


async def _send_together(services: Services, letters: Sequence[Letter]) -> None:
    """Send *letters*, whose records are claimed, as one e-mail. If it is not accepted now, they go on waiting."""
    first, ids = letters[0], [letter.id for letter in letters]
    notices, portal = [letter.notice for letter in letters], services.rules.portal
    sent = first.email(portal)
    if len(letters) > 1:
        sent = digest(notices, first.readers, first.organisation, portal, first.undeliverable)
    try:
        await hand_over(services, first, sent, ids, " ".join(letter.event.key for letter in letters))
    except MailRefusedError:
        for letter in letters:
            await hand_over_one_by_one(services, letter)
    except UnavailableError:
        for letter in letters:
            notice = json.dumps({"name": letter.name, **notice_json(letter.notice)})
            await note(services, letter, [letter.id], DeliveryState.WAITING, notice=notice)
        raise
    else:
        await _settle(services, letters)


async def _settle(services: Services, letters: Sequence[Letter]) -> None:
    """Mark *letters* as dealt with: they went out in one e-mail."""
    is_new = [await mark(services, letter) for letter in letters]
    await note(services, letters[0], [letter.id for letter in letters], DeliveryState.SENT)
    if any(is_new):
        EMAILS.add(1, {"outcome": "sent"})
