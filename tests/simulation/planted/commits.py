"""Bugs in the posting loop and its transaction."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.kernel.ids import AccountId, LotId
from shared.ledger.book import Book
from shared.ports import Create, OutcomeUnknownError, Replace, Table, Upsert, Write
from shared.posting.decision import Duplicate, Event, Marker
from shared.posting.journal import reads
from shared.posting.journal.keys import CLOSED_LOT, MARKER, OPEN_LOT, PAGE, end_of
from shared.posting.journal.rows import Loaded, loaded_from, lot_of
from shared.posting.loop import account_loop, answers, commit, commit_attempt, lookahead, next_group, unknown_outcomes
from shared.posting.loop.group import Group, Member, form_group
from shared.posting.loop.settled_events import SettledEvents
from shared.posting.loop.unknown_outcomes import Attempt
from shared.recharge.rules import RechargeRules
from tests.simulation.planted.bug import Bug, Patch


def _no_etag() -> list[Patch]:
    def unguarded(write: Write) -> Write:
        if isinstance(write, Replace) or (isinstance(write, Create) and write.key.startswith(PAGE)):
            return Upsert(write.key, write.values)
        return write

    def prepare(*arguments: Any) -> commit.Commit:
        made = commit.prepare(*arguments)
        return replace(made, writes=[unguarded(write) for write in made.writes])

    return [(commit_attempt, "prepare", prepare)]


def _no_marker() -> list[Patch]:
    def prepare(*arguments: Any) -> commit.Commit:
        made = commit.prepare(*arguments)
        return replace(made, writes=[write for write in made.writes if not write.key.startswith(MARKER)], markers=0)

    return [(commit_attempt, "prepare", prepare)]


def _timeout_is_success() -> list[Patch]:
    async def send(context: Any, account: AccountId, made: commit.Commit, loaded: Loaded) -> commit_attempt.Committed:
        try:
            etags: Sequence[str] = await context.table.transact(account, made.writes)
        except OutcomeUnknownError:
            etags = [""] * len(made.writes)
        return commit_attempt.Committed(made, made.loaded(loaded, etags), [])

    return [(commit_attempt, "_send", send)]


def _timeout_is_failure() -> list[Patch]:
    return [(unknown_outcomes.UnknownOutcomes, "remember", lambda _self, _attempt: None)]


def _any_page_is_mine() -> list[Patch]:
    async def resolve(self: Any, _table: Table, _account: AccountId, reached: int) -> Sequence[Attempt]:
        decided = [attempt for attempt in self._open if attempt.commit.sequence <= reached]
        self._open = [attempt for attempt in self._open if attempt not in decided]
        return decided

    return [(unknown_outcomes.UnknownOutcomes, "resolve", resolve)]


def _stale_refusal() -> list[Patch]:
    async def is_current(*_arguments: Any) -> bool:
        return True

    return [(account_loop.AccountLoop, "_is_current", is_current)]


def _unchecked_load() -> list[Patch]:
    async def load(table: Table, account: AccountId) -> Loaded | None:
        return loaded_from((await table.range(account, "a:", end_of("a:"))).rows)

    return [(reads, "load", load)]


def _time_runs_backwards() -> list[Patch]:
    return [(where, "max", lambda now, _at: now) for where in (next_group, lookahead)]


def _duplicate_answered_early() -> list[Patch]:
    def hasty(book: Book, waiting: Iterable[Member], *, now: datetime, recharge_rules: RechargeRules) -> Group:
        group = form_group(book, waiting, now=now, recharge_rules=recharge_rules)
        markers = {marker.event.key: marker for marker in group.markers}
        for member in group.followers:
            event = member.decision.event
            if event is not None and event.key in markers and markers[event.key].event == event:
                answers.answer_all([member], Duplicate(markers[event.key]))
        return group

    return [(next_group, "form_group", hasty), (lookahead, "form_group", hasty)]


def _judged_by_another_s_event() -> list[Patch]:
    async def find(search: SettledEvents, named: Event, _members: Any, _sequence: int) -> Mapping[str, Marker]:
        return await reads.markers(search._table, search._account, [named])

    return [(SettledEvents, "find", find)]


def _lots_read_side_by_side() -> list[Patch]:
    """A former bug: a lot that is spent between the two reads is in neither of them."""

    async def all_lots(table: Table, account: AccountId) -> list[Any]:
        sides = (OPEN_LOT, CLOSED_LOT)
        found = await asyncio.gather(*(table.range(account, side, end_of(side)) for side in sides))
        return [
            lot_of(LotId(row.key.removeprefix(side)), row.values)
            for side, rows in zip(sides, found, strict=True)
            for row in rows.rows
        ]

    return [(reads, "all_lots", all_lots)]


def _lots_above_the_limit() -> list[Patch]:
    """A former bug: corrections reopened any number of lots, and grants ignored purchases in progress."""
    return [(Book, "lots_reserved", lambda _book, _now: 0)]


BUGS = (
    Bug("no etag", "the head, its rows and the page are overwritten without a check", "debits", 10, _no_etag),
    Bug("no marker", "a settled event has no marker", "debits", 5, _no_marker),
    Bug("time-out means success", "a lost answer is treated as success", "debits", 40, _timeout_is_success),
    Bug("time-out means failure", "a lost answer is treated as failure", "settings", 250, _timeout_is_failure),
    Bug(
        "any page is mine",
        "any page with an attempt's number is treated as the attempt's page",
        "debits",
        150,
        _any_page_is_mine,
    ),
    Bug("stale refusal", "a refusal is answered without checking the head", "settings", 40, _stale_refusal),
    Bug("unchecked load", "a book loaded in several responses is not checked", "reading", 60, _unchecked_load),
    Bug("time runs backwards", "a page may be earlier than the one before", "debits", 80, _time_runs_backwards),
    Bug(
        "hasty duplicate",
        "a duplicate is answered before the first event is written",
        "debits",
        60,
        _duplicate_answered_early,
    ),
    Bug(
        "judged by another's event",
        "a follower gets the answer to another event",
        "crowded",
        400,
        _judged_by_another_s_event,
    ),
    Bug("lots above the limit", "more lots than a commit can close", "limits", 20, _lots_above_the_limit),
    Bug("lots side by side", "open and closed lots are read concurrently", "reading", 60, _lots_read_side_by_side),
)
