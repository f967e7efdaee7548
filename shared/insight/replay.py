"""Replays calls on a book through the rules that book them, with everything that follows in time (R20, R21).

Nothing is written. A replay commits as the loop does, and is woken as an account is: lots expire and lapse, holds time
out, pauses end, recharges are paid by the stored cards.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.insight.totals import Totals
from shared.insight.waiting import next_due
from shared.ledger.apply import apply
from shared.ledger.balance import can_spend, spendable
from shared.ledger.book import Book, Funding, LotSource
from shared.ledger.change import NOTHING, Change, EventName
from shared.ledger.debit import Charge, debit
from shared.ledger.entitlements import BillingState
from shared.ledger.expire import lapse
from shared.ledger.grant import Funds, grant
from shared.ledger.hold import Hold
from shared.ledger.pin import pin, settle, time_out
from shared.ledger.pool import Pool
from shared.ledger.slot import SlotState
from shared.posting.loop.consequences import with_consequences
from shared.recharge import slot
from shared.recharge.dunning import Severity
from shared.recharge.rules import RechargeRules
from shared.recharge.trigger import is_wanted

PAYMENT_TAKES = timedelta(minutes=2)
"""How long a recharge takes from the trigger to its lot. Most are paid in seconds; a webhook may be late."""

ROWS_MAX = 10_000
"""A replay writes nothing, so that no commit limits how many holds end at once."""

EXPIRED_CARD = "expired_card"


def paid_promptly(_asked_at: datetime, _sequence: int) -> timedelta:
    """Every payment succeeds after `PAYMENT_TAKES`."""
    return PAYMENT_TAKES


@dataclass(frozen=True, slots=True)
class ReplayRules:
    """What operators set, and *payment_takes*: how long the recharge asked for at an instant takes, by its number."""

    grace: timedelta
    recharge: RechargeRules
    payment_takes: Callable[[datetime, int], timedelta] = paid_promptly


@dataclass(frozen=True, slots=True)
class ReplayedCall:
    """A call that is booked at *booked_at*. *charge* prices it on the book as it then is. *hold* is opened when the
    call starts, if its telephony system asks before calls.
    """

    started_at: datetime
    booked_at: datetime
    charge: Callable[[Book, Hold | None], Charge]
    hold: Hold | None = None


@dataclass(slots=True)
class Replay:
    """An account from the instant *now* on. *totals* adds up what has happened so far."""

    book: Book
    rules: ReplayRules
    now: datetime
    totals: Totals = field(default_factory=Totals)
    watch: Callable[[datetime, Book, Change], None] | None = None
    _alarm: datetime | None = None
    _paid_at: datetime | None = None

    def __post_init__(self) -> None:
        self.book = _with_pools_of_holds(self.book)
        self.commit(NOTHING)
        self._alarm = self._next_alarm()

    def run(self, calls: Iterable[ReplayedCall], until: datetime) -> Totals:
        """Replay *calls*, in any order, and the time until *until*."""
        events = []
        for number, call in enumerate(calls):
            if call.hold is not None:
                events.append((call.started_at, 0, number, call))
            events.append((call.booked_at, 1, number, call))
        for at, is_end, _, call in sorted(events, key=lambda event: event[:3]):
            self.advance(at)
            (self._end if is_end else self._begin)(call)
        self.advance(until)
        return self.totals

    def advance(self, until: datetime) -> None:
        """Do everything that becomes due before *until*, then wait until then."""
        while True:
            due = min((at for at in (self._alarm, self._paid_at) if at is not None), default=None)
            if due is None or due > until:
                break
            self._wait(due)
            if self._paid_at is not None and self._paid_at <= self.now:
                self._pay()
            else:
                self._wake()
        self._wait(until)

    def spend(self, charge: Callable[[Book, Hold | None], Charge], key: str = "") -> None:
        """Book a charge now. *key* names its hold, if there is one."""
        hold = self.book.holds.get(key)
        charged = charge(self.book, hold)
        if hold is None:
            self.commit(debit(self.book, charged))
        else:
            self.commit(settle(self.book, hold, charged, self.rules.grace, now=self.now))

    def _begin(self, call: ReplayedCall) -> None:
        assert call.hold is not None
        self.commit(pin(self.book, call.hold, now=self.now))

    def _end(self, call: ReplayedCall) -> None:
        self.spend(call.charge, call.hold.key if call.hold else "")

    def _wait(self, until: datetime) -> None:
        """Time passes. Between two commits nothing changes, because a lot's expiry is an alarm."""
        if until <= self.now:
            return
        is_prepaid = self.book.entitlements.billing is BillingState.PREPAID
        if is_prepaid and not can_spend(self.book, self.now):
            self.totals.at_zero += until - self.now
        self.totals.unspent += spendable(self.book, self.now) * round((until - self.now).total_seconds())
        self.now = until

    def _wake(self) -> None:
        """What catching up an account does (DESIGN 4, ALARM)."""
        change = time_out(self.book, self.rules.grace, now=self.now, rows_max=ROWS_MAX)
        self.commit(change.then(lapse(apply(self.book, change), self.rules.grace, now=self.now)))
        current = self.book.slot
        if current.state is SlotState.DECLINED and current.retry_at is not None and current.retry_at <= self.now:
            self._try_card()
        self._alarm = self._next_alarm()

    def _next_alarm(self) -> datetime | None:
        return next_due(self.book, self.rules.grace, now=self.now)

    def commit(self, change: Change) -> None:
        """Commit *change* now, with what follows from it."""
        before = self.book
        change, after = with_consequences(before, change, now=self.now, recharge_rules=self.rules.recharge)
        self.book = replace(after, closed={}) if after.closed else after
        self.totals.count(change)
        if self.watch is not None:
            self.watch(self.now, self.book, change)
        if after.slot is not before.slot:
            self._move_slot()
        if change.holds or _waits_for_more(before, self.book):
            self._alarm = self._next_alarm()

    def _move_slot(self) -> None:
        state = self.book.slot.state
        if state is SlotState.WANTED:
            self._try_card()
        elif state is SlotState.CANCELLING:
            self._paid_at = None
            self.commit(slot.ended(self.book, self.book.slot.payment))

    def _try_card(self) -> None:
        """Charge the first usable card; one that has expired is declined for good, as its bank would."""
        cards = self.book.settings.usable_cards()
        if not cards or not is_wanted(self.book, now=self.now):
            self.commit(slot.give_up(self.book, self.book.slot.payment, now=self.now))
            return
        payment = f"replayed-{self.book.slot.sequence}"
        self.commit(slot.begin(self.book, payment, cards[0], now=self.now))
        if cards[0].ends_at > self.now:
            self._paid_at = self.now + self.rules.payment_takes(self.now, self.book.slot.sequence)
            return
        declined = slot.declined(self.book, EXPIRED_CARD, Severity.HARD, answered=payment, now=self.now)
        self.commit(declined)

    def _pay(self) -> None:
        self._paid_at = None
        paid = self.book.slot
        if paid.state is not SlotState.CHARGING:
            return
        funds = Funds(
            amount=paid.amount,
            source=LotSource.RECHARGE,
            funding=Funding.PAID,
            origin=EventName("payment", paid.payment),
            charged_at=self.now,
        )
        settled = slot.settled(self.book, paid.payment, charged_at=self.now, now=self.now)
        self.commit(grant(self.book, funds, now=self.now).then(settled))


def _with_pools_of_holds(book: Book) -> Book:
    """The book in which each pool is known in which holds have set seconds aside: they give them back."""
    pools = dict(book.pools)
    for hold in book.holds.values():
        if hold.pool_seconds and hold.pool not in book.pools:
            known = pools.get(hold.pool) or Pool(hold.pool, user=hold.pool_user)
            pools[hold.pool] = replace(known, pinned=known.pinned + hold.pool_seconds)
    return replace(book, pools=pools)


def _waits_for_more(before: Book, after: Book) -> bool:
    """Whether something was begun whose time must be looked up. What has ended only leaves an alarm too many."""
    return (
        after.slot is not before.slot
        or after.pause is not before.pause
        or after.settings is not before.settings
        or after.entitlements is not before.entitlements
        or any(lot not in before.lots for lot in after.lots)
    )
