"""Catch up with an account: everything that is due is done here, and nowhere else (DESIGN 4, ALARM)."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change, OutboxMessage
from shared.ledger.expire import lapse
from shared.ledger.settle import is_unsettled
from shared.ports import OutcomeUnknownError, Row, UnavailableError, WriteRefusedError
from shared.posting.alarm import SHARDS, WAKE_UP_LIFETIME, Alarm, alarm_of
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision
from shared.posting.journal.keys import UNATTRIBUTED
from shared.purchasing import purchase
from shared.recharge import slot
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.usage.suspend import unattributed

QUEUE = "wakeups"

UNOPENED = timedelta(days=1)
"""How long the alarm of an account without a head is kept: the commit that opens it may still be on its way, and there
is no head on which a look could end it.
"""

PURCHASES_MAX, PURCHASES_BESIDE_OVERDRAFT = 50, 12
"""Open purchases that one look has moved, each by a row of its own. They share a commit of 100 rows with up to 20 lots
that lapse, at two rows each; or, where overdraft was left unsettled, with 40 lots that lapse or pay it."""


async def wake_due(services: Services) -> int:
    """Send every account whose alarm is due to the queue `wakeups`, and return how many: one verb on two schedules,
    because lots lapse at night and declined payments do not wait for it (CONTRACT 3). An alarm whose wake-up is under
    way is not sent again, however long it waits there.
    """
    now, woken = services.clock.now(), 0
    for shard in SHARDS:
        woken += await _wake(services, shard, await services.alarms.claim_due(shard, now=now))
    return woken


async def _wake(services: Services, shard: str, claimed: Sequence[Row]) -> int:
    """Send a wake-up of each alarm. In an outage of the queue, those that were not tried wait for the next timer."""
    for number, row in enumerate(claimed):
        alarm = alarm_of(row)
        text = json.dumps({"account": alarm.account, "alarm": instant_text(alarm.at)})
        try:
            await services.queues.send_for(QUEUE, text, WAKE_UP_LIFETIME)
        except UnavailableError:
            await services.alarms.undo_claim(shard, claimed[number + 1 :])
            raise
    return len(claimed)


async def catch_up(services: Services, message: bytes) -> None:
    """Lapse lots, look after the slot and open purchases, drain the outbox, and only then drop the alarm."""
    wakeup = json.loads(message)
    account = AccountId(wakeup["account"])
    with span("wakeup", SpanKind.CONSUMER, parent=wakeup.get(TRACEPARENT), attributes={"credits.account": account}):
        await _caught_up(services, Alarm(account, parse_instant(wakeup["alarm"])))


async def _caught_up(services: Services, alarm: Alarm) -> None:
    seen = await services.alarms.read(alarm)
    if seen is None:
        return  # another wake-up has dealt with it: whatever was decided since has set it again, or another one
    grace = services.rules.grace
    # Writes the head even when nothing is due (A2): that ends every attempt which was decided earlier and may still
    # land, with an alarm that is about to be dropped here.
    opens = unattributed(services) if alarm.account == UNATTRIBUTED else None
    decision = Decision(lambda book, now: _looked(book, alarm, grace, now), opening_terms=opens, alarm=alarm.at)
    answer = await services.ledger.post(alarm.account, decision)
    if isinstance(answer, Refused):
        assert answer == UNKNOWN_ACCOUNT, "a look that is refused would be the account's last"
        if services.clock.now() < alarm.at + UNOPENED:
            return
    is_done = await services.ledger.drain(alarm.account)
    try:
        await (services.alarms.delete(alarm, seen) if is_done else services.alarms.release(alarm, seen))
    except (WriteRefusedError, OutcomeUnknownError):
        return  # set again meanwhile, or another look will drop it: an alarm too many costs a commit, nothing else


def _looked(book: Book, alarm: Alarm, grace: timedelta, now: datetime) -> Change:
    """What the head's own alarm asks for. Another one's message, or the same one's second, asks for nothing: each look
    has the slot and the purchases moved by a message of its own, and after an outage many looks come at once.
    """
    return due(book, alarm, grace, now) if book.position.next_alarm == alarm.at else Change()


def due(book: Book, alarm: Alarm, grace: timedelta, now: datetime) -> Change:
    """What has become due since the look before *alarm*, whose instant is rounded up: as much as one commit holds."""
    seen = alarm.at - timedelta(seconds=1)
    lapsed = lapse(book, grace, now=now)
    return lapsed.then(slot.check(book, after=seen, now=now)).then(_purchases(book, seen, now=now))


def _purchases(book: Book, seen: datetime, *, now: datetime) -> Change:
    """Open purchases whose look has become due behind *seen* are moved by the same queue as the slot; those that are
    too many, the last begun, at the next of their looks.
    """
    looks = ((intent, purchase.next_check(intent, after=seen)) for intent in book.intents.values())
    waiting = sorted((intent.created_at, intent.id) for intent, look in looks if look is not None and look <= now)
    most = PURCHASES_BESIDE_OVERDRAFT if is_unsettled(book, now=now) else PURCHASES_MAX
    return Change(
        outbox=tuple(
            OutboxMessage("recharges", {"account": book.terms.account, "purchase": name}) for _, name in waiting[:most]
        )
    )
