"""What calls draw from credit once pools have paid, and the figures by which settings are chosen (R21)."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.insight.replay import Replay, ReplayedCall, ReplayRules
from shared.kernel.ids import LotId
from shared.kernel.money import AMOUNT_MAX
from shared.ledger.book import Book, Funding, Lot, LotSource
from shared.ledger.change import USAGE, Change, EventName
from shared.ledger.debit import Charge
from shared.ledger.entitlements import BillingState
from shared.ledger.grant import PRIORITY_DEFAULT
from shared.ledger.hold import HeldRate, Hold
from shared.ledger.settings import Settings
from shared.ledger.slot import IDLE

NEVER = timedelta(days=10_000)
"""How long a lot lives that is only there to see what calls take."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What one call took from credit, in micro-units: it was booked at *at* and had begun at *started_at*."""

    started_at: datetime
    at: datetime
    amount: int

    def __call__(self, _book: Book, _hold: Hold | None) -> Charge:
        """The same again."""
        return Charge(self.amount, self.started_at, EventName("draw", ""), "", "", {}, "international")


def draws_of(
    book: Book, calls: Iterable[ReplayedCall], rules: ReplayRules, since: datetime, until: datetime
) -> list[Draw]:
    """What *calls* take from credit if there always is enough of it: pools and subscriptions pay first."""
    found: list[Draw] = []

    def watch(now: datetime, _book: Book, change: Change) -> None:
        for movement in change.movements:
            amount = sum(entry.amount for entry in movement.entries if entry.target == USAGE)
            if amount:
                found.append(Draw(movement.started_at or now, now, amount))

    plenty = [bought_lot("plenty", AMOUNT_MAX, since, until + NEVER)]
    Replay(bare_book(book, since, plenty, Settings()), rules, since, watch=watch).run(calls, until)
    return found


def bare_book(book: Book, at: datetime, lots: Sequence[Lot], settings: Settings) -> Book:
    """An account like that of *book* with nothing but *lots* in it, at *at*, on prepaid credit."""
    return replace(
        book,
        position=replace(book.position, at=at),
        lots={lot.id: lot for lot in lots},
        closed={},
        holds={},
        intents={},
        refunds={},
        overdraft=0,
        accrued=0,
        slot=IDLE,
        pools={},
        settings=settings,
        entitlements=replace(book.entitlements, billing=BillingState.PREPAID, stays_prepaid=True),
    )


def bought_lot(name: str, amount: int, bought: datetime, expires: datetime) -> Lot:
    """A paid lot of *amount* micro-units."""
    source, funding = LotSource.PURCHASE, Funding.PAID
    return Lot(LotId(name), source, funding, amount, amount, 0, bought, expires, PRIORITY_DEFAULT, name, "")


def again(draws: Iterable[Draw], margin: timedelta | None = None) -> Iterator[ReplayedCall]:
    """The draws as calls. With a *margin*, each call sets its price aside from its start until it is booked."""
    for number, draw in enumerate(draws):
        yield ReplayedCall(draw.started_at, draw.at, draw, _hold(number, draw, margin) if margin else None)


def _hold(number: int, draw: Draw, margin: timedelta) -> Hold:
    seconds = max(1, round((draw.at - draw.started_at).total_seconds()))
    rate = HeldRate(draw.amount * 60 // seconds, 0, 1, 1)
    until = draw.at + margin
    return Hold(f"{number}", "", "international", "", draw.started_at, until, seconds, draw.amount, rate)


def largest_within(draws: Sequence[Draw], span: timedelta) -> int:
    """The most that was drawn within any time as long as *span*."""
    window: deque[Draw] = deque()
    total = most = 0
    for draw in sorted(draws, key=lambda each: each.at):
        window.append(draw)
        total += draw.amount
        while window[0].at <= draw.at - span:
            total -= window.popleft().amount
        most = max(most, total)
    return most


def largest_held(draws: Sequence[Draw]) -> int:
    """The most that calls in progress can have set aside at the same time: the price of each, from start to end."""
    steps = [(draw.started_at, draw.amount) for draw in draws] + [(draw.at, -draw.amount) for draw in draws]
    held = most = 0
    for _, amount in sorted(steps):
        held += amount
        most = max(most, held)
    return most
