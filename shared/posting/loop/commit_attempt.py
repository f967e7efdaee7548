"""One try to commit a group: first the alarm, then one transaction; and its possible outcomes (LOOP 7, 8; A1, A4)."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from shared.kernel.ids import AccountId
from shared.ports import Create, OutcomeUnknownError, Row, RowChangedError, RowExistsError, WriteRefusedError
from shared.posting.alarm import Alarm, earliest_check
from shared.posting.decision import Event
from shared.posting.journal.keys import OUTBOX
from shared.posting.journal.rows import Loaded
from shared.posting.loop.commit import FIRST_MARKER, Commit, prepare
from shared.posting.loop.context import LoopContext
from shared.posting.loop.event_loop import let_request_leave
from shared.posting.loop.group import Group
from shared.posting.loop.unknown_outcomes import Attempt


@dataclass(frozen=True, slots=True)
class Committed:
    """The group is committed; *loaded* is the account after it, *outbox* its messages as stored."""

    commit: Commit
    loaded: Loaded
    outbox: Sequence[Row]


@dataclass(frozen=True, slots=True)
class LostRace:
    """Another process committed first: nothing of the group is written."""


@dataclass(frozen=True, slots=True)
class AlreadySettled:
    """At least *event* of the group's events was settled before; nothing of the group is written."""

    event: Event


@dataclass(frozen=True, slots=True)
class Rejected:
    """The storage will refuse this transaction every time."""

    refusal: WriteRefusedError


@dataclass(frozen=True, slots=True)
class Unknown:
    """It is unknown whether the transaction is written, or will be."""

    attempt: Attempt
    outage: OutcomeUnknownError


@dataclass(frozen=True, slots=True)
class Touched:
    """Only the head was written, because catching up changed nothing; *loaded* is the account after it."""

    loaded: Loaded


Outcome: TypeAlias = Committed | Touched | LostRace | AlreadySettled | Rejected | Unknown


async def try_commit(
    context: LoopContext,
    account: AccountId,
    loaded: Loaded,
    group: Group,
    while_sending: Callable[[Group, Commit], None],
) -> Outcome:
    """Try once. *while_sending* is called while the storage is busy, when the outcome is not known yet."""
    next_alarm = await set_alarm(context, account, group)
    commit = prepare(loaded, group, context.token(), next_alarm)
    sending = asyncio.create_task(_send(context, account, commit, loaded))
    await let_request_leave(context.turns)
    while_sending(group, commit)
    try:
        return await sending
    except RowExistsError as refusal:
        if not commit.is_marker(refusal.index):
            return LostRace()
        return AlreadySettled(group.markers[refusal.index - FIRST_MARKER].event)
    except RowChangedError:
        return LostRace()
    except WriteRefusedError as refusal:
        return Rejected(refusal)
    except OutcomeUnknownError as outage:
        return Unknown(Attempt(commit, group), outage)


async def _send(context: LoopContext, account: AccountId, commit: Commit, loaded: Loaded) -> Committed:
    etags = await context.table.transact(account, commit.writes)
    outbox = [
        Row(write.key, etag, write.values)
        for write, etag in zip(commit.writes, etags, strict=True)
        if isinstance(write, Create) and write.key.startswith(OUTBOX)
    ]
    return Committed(commit, commit.loaded(loaded, etags), outbox)


async def set_alarm(context: LoopContext, account: AccountId, group: Group) -> datetime | None:
    """Write the alarm's row if it is a new one, and return when the account is caught up next.

    A1: the row is written BEFORE the commit that names it. A4: only a decision that answers the head's alarm may set a
    later one.
    """
    due = earliest_check(group.book, context.grace, now=group.now, has_outbox=bool(group.messages))
    current = group.before.position.next_alarm
    if current is not None and current not in group.alarms and (due is None or current <= due):
        return current
    if due is not None:
        await context.alarms.set(Alarm(account, due))
    return due
