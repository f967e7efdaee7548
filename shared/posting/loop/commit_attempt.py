"""One try to commit a group: alarm first, then one transaction, and what its outcome means (LOOP 7, 8; A1, A4)."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from shared.kernel.ids import AccountId
from shared.ports import OutcomeUnknownError, RowChangedError, RowExistsError, WriteRefusedError
from shared.posting.alarm import Alarm, earliest
from shared.posting.decision import Mark
from shared.posting.journal import reads
from shared.posting.journal.rows import Loaded
from shared.posting.loop.commit import Commit, prepare
from shared.posting.loop.context import LoopContext
from shared.posting.loop.event_loop import let_request_leave
from shared.posting.loop.group import Group
from shared.posting.loop.unknown_outcomes import Attempt


@dataclass(frozen=True, slots=True)
class Won:
    """Committed; *loaded* is the account after it."""

    commit: Commit
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class Lost:
    """Another process committed first: nothing of the group is written."""


@dataclass(frozen=True, slots=True)
class Known:
    """Some of the group's events were settled before, as *marks* say; nothing of the group is written."""

    marks: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Rejected:
    """The storage will refuse this transaction however often it is tried."""

    refusal: WriteRefusedError


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether it is, or will be, written."""

    attempt: Attempt
    outage: OutcomeUnknownError


@dataclass(frozen=True, slots=True)
class Touched:
    """Only the head was written, because nothing followed from looks; *loaded* is the account after it."""

    loaded: Loaded


Outcome: TypeAlias = Won | Touched | Lost | Known | Rejected | Unknown


async def try_commit(
    context: LoopContext, account: AccountId, loaded: Loaded, group: Group, meanwhile: Callable[[Group, Commit], None]
) -> Outcome:
    """Try once. *meanwhile* is called while the storage is busy; it may think ahead, but nothing is certain yet."""
    next_alarm = await set_alarm(context, account, group)
    commit = prepare(loaded, group, context.token(), next_alarm)
    sending = asyncio.create_task(_send(context, account, commit, loaded))
    await let_request_leave()
    meanwhile(group, commit)
    try:
        return await sending
    except RowExistsError as refusal:
        if not commit.is_mark(refusal.index):
            return Lost()
        return Known(await reads.marks(context.table, account, [mark.event for mark in group.marks]))
    except RowChangedError:
        return Lost()
    except WriteRefusedError as refusal:
        return Rejected(refusal)
    except OutcomeUnknownError as outage:
        return Unknown(Attempt(commit, group), outage)


async def _send(context: LoopContext, account: AccountId, commit: Commit, loaded: Loaded) -> Won:
    etags = await context.table.transact(account, commit.writes)
    return Won(commit, commit.loaded(loaded, etags))


async def set_alarm(context: LoopContext, account: AccountId, group: Group) -> datetime | None:
    """Return when the account is looked at next, its alarm being there.

    A1: the alarm's row BEFORE the commit that says so. A4: only the answer to the head's own alarm moves it on.
    """
    due = earliest(group.book, context.grace, now=group.now, has_outbox=bool(group.outbox))
    current = group.before.position.next_alarm
    if current is not None and current not in group.alarms and (due is None or current <= due):
        return current
    if due is not None:
        await context.alarms.set(Alarm(account, due))
    return due
