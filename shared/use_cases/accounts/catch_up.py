"""Catch up with an account: everything that has become due is done here, and nowhere else (DESIGN 4, ALARM)."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.ports import OutcomeUnknownError, Row, UnavailableError, WriteRefusedError
from shared.posting.alarm import SHARDS, WAKE_UP_LIFETIME, Alarm, alarm_of
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Posted, Unchanged
from shared.posting.journal.keys import UNATTRIBUTED
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.accounts.due import due, pools_of_holds
from shared.use_cases.accounts.warn_of_expiry import warn_of_expiry
from shared.use_cases.usage.suspend import unattributed

QUEUE = "wakeups"

UNOPENED = timedelta(days=1)
"""How long the alarm of an account without a head is kept. The commit that opens the account may still be under way,
and without a head no check can end it.
"""

ROUNDS_MAX = 100
"""Commits of one wake-up, while more is due than one commit holds. The alarm remains for the rest."""


async def wake_due(services: Services) -> int:
    """Send every account whose alarm is due to the queue `wakeups`, and return how many. One use case on two schedules,
    because lots lapse at night and declined payments do not wait for it (CONTRACT 3). An alarm whose wake-up is in the
    queue is not sent again, however long the wake-up waits there.
    """
    now, woken = services.clock.now(), 0
    for shard in SHARDS:
        woken += await _wake(services, shard, await services.alarms.claim_due(shard, now=now))
    return woken


async def _wake(services: Services, shard: str, claimed: Sequence[Row]) -> int:
    """Send a wake-up for each alarm. In an outage of the queue, alarms that were not tried wait for the next timer."""
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
    """Lapse lots, check the slot and open purchases, drain the outbox, and only then drop the alarm."""
    wakeup = json.loads(message)
    account = AccountId(wakeup["account"])
    with span("wakeup", SpanKind.CONSUMER, parent=wakeup.get(TRACEPARENT), attributes={"credits.account": account}):
        await _catch_up(services, Alarm(account, parse_instant(wakeup["alarm"])))


async def _catch_up(services: Services, alarm: Alarm) -> None:
    """Catch up, again as long as more is due at once than one commit holds."""
    for _ in range(ROUNDS_MAX):
        following = await _catch_up_once(services, alarm)
        if following is None or following > services.clock.now():
            return
        alarm = Alarm(alarm.account, following)


async def _catch_up_once(services: Services, alarm: Alarm) -> datetime | None:
    """Do what is due for *alarm*, and return when the account is due next, if this commit changed anything."""
    row = await services.alarms.read(alarm)
    if row is None:
        return None  # another wake-up has dealt with it; any decision since then has set it, or another alarm, again
    grace = services.rules.grace
    # Records of calls wait in most outboxes. They leave before the head names another alarm, as an audit expects.
    await services.ledger.store_records(alarm.account)
    # Writes the head even when nothing is due (A2). That ends every attempt which was decided earlier, relies on the
    # alarm that is about to be dropped here, and may still reach the storage.
    opens = unattributed(services) if alarm.account == UNATTRIBUTED else None
    until = max(alarm.at, services.clock.now())
    decision = Decision(
        lambda book, now: _checked(book, alarm, grace, now),
        opening_terms=opens,
        alarm=alarm.at,
        pools=lambda book: pools_of_holds(book, until),
    )
    answer = await services.ledger.post(alarm.account, decision)
    if isinstance(answer, Refused):
        assert answer == UNKNOWN_ACCOUNT, "a check that is refused would be the account's last"
        if services.clock.now() < alarm.at + UNOPENED:
            return None
    warned = await warn_of_expiry(services, answer.book) if isinstance(answer, Posted | Unchanged) else None
    is_done = await services.ledger.drain(alarm.account)
    with suppress(WriteRefusedError, OutcomeUnknownError):
        # set again meanwhile, or another check will drop it: an alarm too many costs a commit, nothing else
        await (services.alarms.delete(alarm, row) if is_done else services.alarms.release(alarm, row))
    changed = warned or (answer.book if isinstance(answer, Posted) else None)
    return changed.position.next_alarm if changed else None


def _checked(book: Book, alarm: Alarm, grace: timedelta, now: datetime) -> Change:
    """What has become due, for the wake-up of the alarm that the head names. The wake-up of another alarm, or a second
    one of the same, does nothing: each check has the slot and the purchases moved by messages of its own, and after an
    outage many wake-ups come at once.
    """
    return due(book, alarm, grace, now) if book.position.next_alarm == alarm.at else Change()
