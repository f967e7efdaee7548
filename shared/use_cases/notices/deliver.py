"""Deliver a notice to one group of readers: alone, or with others that wait since the mail service was asked too often.

A marker for each delivery records what was sent, because the mail service guarantees nothing about a repeated
Operation-Id. A crash between sending and marking sends the e-mail once more.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.ledger.book import Book, Terms
from shared.ledger.change import NOTHING, Change
from shared.notices.email import Email
from shared.notices.languages import language_of
from shared.notices.message import notice_from, notice_json
from shared.notices.notice import Notice, kind_of
from shared.notices.recipients import Readers
from shared.notices.wording import digest, email
from shared.ports import Delivery, DeliveryState, MailRefusedError, MailThrottledError, UnavailableError
from shared.posting.decision import Decision, Event, Posted, event
from shared.posting.journal import reads
from shared.service.services import Services
from shared.telemetry.instruments import EMAILS

log = logging.getLogger(__name__)

CLAIMED_FOR = timedelta(minutes=5)
"""How long records belong to the one who sends them together. A crash leaves them alone for that long."""


@dataclass(frozen=True, slots=True)
class Letter:
    """*notice* to *readers*, about the account of *terms*. *name* is the notice's identity, *undeliverable* the
    addresses of colleagues to whom nothing is sent.
    """

    terms: Terms
    name: str
    notice: Notice
    readers: Readers
    undeliverable: tuple[str, ...] = ()

    @property
    def event(self) -> Event:
        """What its marker settles: the same however often it is tried."""
        return event("notice", self.terms.account, self.name, self.readers.identity, content="")

    @property
    def id(self) -> str:
        """The id of its record: sorted by the commit of the notice."""
        _, sequence, number = self.name.rsplit(".", 2)
        return f"{int(sequence):012d}.{int(number):03d}.{self.readers.identity[:12]}"


async def deliver(services: Services, letter: Letter) -> None:
    """Send *letter* unless it was dealt with. Raises `UnavailableError`: try it again."""
    account = letter.terms.account
    if await reads.markers(services.ledger.table, account, [letter.event]):
        return
    now = services.clock.now()
    record = await services.deliveries.get(account, letter.id) or _record(letter)
    if record.is_claimed(now):
        raise UnavailableError(f"notice {letter.name} is being sent with others")
    if not record.notice:
        if not record.etag:
            await services.deliveries.put(account, [record])
        await _send_alone(services, letter)
        return
    waiting = [
        each
        for each in await services.deliveries.throttled(account, letter.readers.identity)
        if not each.is_claimed(now)
    ]
    claimed = [replace(each, claimed_until=now + CLAIMED_FOR) for each in waiting]
    if not await services.deliveries.put(account, claimed):
        raise UnavailableError(f"notice {letter.name} is being sent with others")
    await _send_together(services, letter, [each.id for each in waiting])


async def _send_alone(services: Services, letter: Letter) -> None:
    sent = email(letter.notice, letter.readers, _organisation(letter), services.rules.portal, letter.undeliverable)
    try:
        await _hand_over(services, letter, sent, [letter.id], letter.event.key)
    except MailThrottledError:
        notice = json.dumps({"name": letter.name, **notice_json(letter.notice)})
        await _note(services, letter, [letter.id], DeliveryState.WAITING, notice=notice)
        raise
    except MailRefusedError:
        await _refused(services, letter)
        return
    await _settle(services, letter, [letter])


async def _send_together(services: Services, letter: Letter, ids: Sequence[str]) -> None:
    """Send every claimed record as one e-mail. Until that has succeeded they wait."""
    account = letter.terms.account
    records = [record for name in ids if (record := await services.deliveries.get(account, name)) is not None]
    facts = [json.loads(record.notice) for record in records]
    letters = [replace(letter, name=each["name"], notice=notice_from(each)) for each in facts]
    if len(letters) == 1:
        sent = email(letter.notice, letter.readers, _organisation(letter), services.rules.portal, letter.undeliverable)
    else:
        sent = digest(
            [each.notice for each in letters],
            letter.readers,
            _organisation(letter),
            services.rules.portal,
            letter.undeliverable,
        )
    identity = letter.event.key if len(letters) == 1 else " ".join(each.event.key for each in letters)
    try:
        await _hand_over(services, letter, sent, ids, identity)
    except MailRefusedError:
        for each in letters:
            await _refused(services, each)
        return
    except UnavailableError:
        for record in records:
            await services.deliveries.put(account, [replace(record, claimed_until=None)])
        raise
    await _settle(services, letter, letters)


async def _hand_over(services: Services, letter: Letter, sent: Email, ids: Sequence[str], identity: str) -> None:
    """Hand *sent* to the mail service. *identity* gives the same id to each try of the same e-mail."""
    message = _message(identity)
    await services.deliveries.expect(message, letter.terms.account, ids, sent.to)
    try:
        await services.mail.send(sent, message)
    except MailThrottledError:
        EMAILS.add(1, {"outcome": "throttled"})
        raise
    except UnavailableError:
        EMAILS.add(1, {"outcome": "unavailable"})
        raise


def _message(identity: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"notice:{identity}")


async def _refused(services: Services, letter: Letter) -> None:
    """The mail service will never accept this e-mail. One rejected address must not keep it from the others."""
    readers = letter.readers
    outcomes = (
        [await _send_to(services, letter, address) for address in readers.addresses]
        if len(readers.addresses) > 1
        else [False]
    )
    if not all(outcomes):
        # Another try would be refused as well. The marker says that the e-mail was dealt with, the log says how.
        log.error("notice %s of %s was refused by the mail service", letter.name, letter.terms.account)
        EMAILS.add(outcomes.count(False), {"outcome": "refused"})
    state = DeliveryState.SENT if all(outcomes) else DeliveryState.FAILED
    await _note(services, letter, [letter.id], state, undelivered=outcomes.count(False))
    await services.ledger.post(letter.terms.account, Decision(_mark_only, letter.event))


async def _send_to(services: Services, letter: Letter, address: str) -> bool:
    """Send *letter* to one of its readers, and return whether the mail service accepted it."""
    alone = replace(letter, readers=replace(letter.readers, addresses=(address,)))
    if await reads.markers(services.ledger.table, letter.terms.account, [alone.event]):
        return True
    sent = email(alone.notice, alone.readers, _organisation(alone), services.rules.portal, alone.undeliverable)
    try:
        await _hand_over(services, alone, sent, [letter.id], alone.event.key)
    except MailRefusedError:
        return False
    answer = await services.ledger.post(letter.terms.account, Decision(_mark_only, alone.event))
    if isinstance(answer, Posted):
        EMAILS.add(1, {"outcome": "sent"})
    return True


async def _settle(services: Services, letter: Letter, letters: Sequence[Letter]) -> None:
    """Mark *letters* as dealt with: they went out in one e-mail."""
    account = letter.terms.account
    posted = [await services.ledger.post(account, Decision(_mark_only, each.event)) for each in letters]
    await _note(services, letter, [each.id for each in letters], DeliveryState.SENT)
    if any(isinstance(answer, Posted) for answer in posted):
        EMAILS.add(1, {"outcome": "sent"})


async def _note(
    services: Services,
    letter: Letter,
    ids: Sequence[str],
    state: DeliveryState,
    *,
    notice: str = "",
    undelivered: int = 0,
) -> None:
    """Write into the records what became of them. A delivery report that came first is kept."""
    for name in ids:
        while (record := await services.deliveries.get(letter.terms.account, name)) is not None:
            is_reported = record.state in {DeliveryState.DELIVERED, DeliveryState.FAILED}
            changed = replace(
                record,
                state=record.state if is_reported else state,
                notice=notice,
                claimed_until=None,
                undelivered=record.undelivered + undelivered,
            )
            if await services.deliveries.put(letter.terms.account, [changed]):
                break


def _record(letter: Letter) -> Delivery:
    readers, kind = letter.readers, kind_of(letter.notice)
    return Delivery(
        id=letter.id,
        kind=kind.value,
        at=letter.notice.at,
        language=language_of(readers.locale),
        readers=readers.identity,
        recipients=len(readers.addresses),
    )


def _organisation(letter: Letter) -> str:
    return letter.terms.name or letter.terms.account


def _mark_only(_book: Book, _now: datetime) -> Change:
    """Nothing but the delivery's marker is written."""
    return NOTHING
