"""After every commit of any decision, the loop's cached book equals the stored rows and the rebuilt pages."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audit.replay import replay
from shared.kernel.ids import LotId
from shared.ledger.change import Change, EventName
from shared.ledger.debit import Charge
from shared.ledger.expire import lapse
from shared.ledger.intent import Intent, IntentState
from shared.ledger.reverse import correct
from shared.ledger.settings import AutoRecharge, Settings
from shared.posting.decision import Decision, Posted, event
from shared.posting.journal import reads
from shared.posting.journal.pages import movement_of
from shared.purchasing.purchase import moved, refused
from shared.recharge import slot
from shared.recharge.dunning import Severity
from tests.posting.posted_account import PostedAccount
from tests.rules.books import ACCOUNT, GRACE, NOON, card

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=8)
CARDS = st.lists(st.sampled_from([card("visa"), card("other"), card("refused", refused=True)]), max_size=3, unique=True)
ORDERS = st.one_of(
    st.none(),
    st.builds(
        AutoRecharge, st.booleans(), st.integers(0, 300), st.just(50), st.just(200), st.sampled_from([None, 400])
    ),
)
SETTINGS = st.builds(
    lambda order, cards, address, customer: Settings(
        order, 3, ({"address": address, "roles": []},), 2, tuple(cards), customer
    ),
    ORDERS,
    CARDS,
    TEXTS,
    TEXTS,
)

steps = st.one_of(
    st.tuples(st.just("debit"), st.integers(0, 150)),
    st.tuples(st.just("debit"), st.integers(0, 150)),
    st.tuples(st.just("grant"), st.integers(1, 150)),
    st.tuples(st.just("correct"), st.integers(0, 9), st.integers(0, 150)),
    st.tuples(st.just("set"), SETTINGS),
    st.tuples(st.just("buy"), TEXTS, st.sampled_from(list(IntentState))),
    st.tuples(st.just("recharge"), st.sampled_from(["begin", "declined", "settled", "ended", "give up"])),
    st.tuples(st.just("play"), TEXTS),
    st.tuples(st.just("wait"), st.integers(1, 400 * 24)),
    st.tuples(st.just("lapse")),
)


class Scenario(PostedAccount):
    """Posts decisions of every kind alternately in two processes, and compares each result with the rows."""

    def __init__(self):
        super().__init__()
        self.processes = [self.first, self.process()]
        self.number = 0

    async def take(self, *group):
        """Post *group* concurrently, and compare the loop's book with rows and pages."""
        self.number += 1
        process = self.processes[self.number % 2]
        answers = await asyncio.gather(*(process.post(ACCOUNT, decision) for decision in group))
        cached = process._loops[ACCOUNT]._loaded if ACCOUNT in process._loops else None
        stored = await self.loaded()
        if cached is not None and answers:
            assert stored.book == cached.book
            assert stored.etags == {key: etag for key, etag in cached.etags.items() if key.startswith("a:")}
        posted = [answer for answer in answers if isinstance(answer, Posted)]
        for answer in posted:
            assert answer.book.position == stored.book.position
        rebuilt = replay(ACCOUNT, await self.pages(), stored.book.position.sequence)
        assert rebuilt.findings == []
        assert rebuilt.book is not None
        assert stored.book.settings.matches_page(rebuilt.book.settings)
        assert replace(rebuilt.book, settings=stored.book.settings) == stored.book
        lots = {lot.id: lot for lot in await reads.all_lots(self.table, ACCOUNT)}
        assert lots == rebuilt.lots

    def decision(self, decide, *, closed_lots=()):
        """A new event."""
        self.number += 1
        return Decision(decide, event("step", str(self.number), content=""), closed_lots=closed_lots)

    def grant(self, amount, name=""):
        return super().grant(amount, f"grant {self.number} {name}")

    def debit(self, amount, name="", *, other=""):
        self.number += 1
        return super().debit(amount, name or f"call {self.number}", other=other)

    async def correct(self, which, amount):
        calls = [
            movement_of(movement)
            for page in await self.pages()
            for movement in page.facts["movements"]
            if movement["kind"] in {"debit", "correction"}
        ]
        latest = {movement.event.id: movement for movement in calls if movement.event}
        if not latest:
            return None
        name = sorted(latest)[which % len(latest)]
        booked = latest[name].entries
        charge = Charge(amount, NOON, EventName("exchange", name), "", "", {})
        closed_lots = tuple(LotId(e.source.removeprefix("lot:")) for e in booked if e.source.startswith("lot:"))
        place = sum(movement.event == latest[name].event for movement in calls)
        decision = self.decision(
            lambda book, now: correct(book, booked, charge, GRACE, now=now), closed_lots=closed_lots
        )
        return replace(
            decision, further_events=(event("correction", name, str(place), content=""),)
        )  # one after the other

    def set(self, wished):
        return self.decision(lambda _book, _now: Change(settings=wished))

    def buy(self, reason, state):
        def decide(book, now):
            still_open = next((intent for intent in book.intents.values() if intent.is_open), None)
            if still_open is None:
                intent = Intent(f"{now:%Y%m%d%H%M%S}-{self.number}", IntentState.PROCESSING, 50, "visa", now, now)
                return Change(intents=(intent,))
            if reason and not still_open.reason:
                return refused(book, still_open.id, reason, now=now)
            return moved(book, still_open.id, state, now=now)

        return self.decision(decide)

    def recharge(self, verb):
        verbs = {
            "begin": lambda book, _now: slot.begin(book, f"pi {book.slot.sequence}", card("visa"), now=_now),
            "declined": lambda book, now: slot.declined(book, "lost_card", Severity.HARD, answered="ch", now=now),
            "settled": lambda book, _now: slot.settled(book, book.slot.payment, charged_at=_now, now=_now),
            "ended": lambda book, _now: slot.ended(book, book.slot.payment),
            "give up": lambda book, _now: slot.give_up(book, "", now=_now),
        }

        def decide(book, now):
            try:
                return verbs[verb](book, now)
            except KeyError:
                return None  # the lifecycle refuses

        return self.decision(decide)

    def play(self, word):
        self.number += 1
        return self.send_messages(word, name=f"told {self.number}")

    def wait(self, hours):
        self.clock.forward(hours=hours, microseconds=1)

    def lapse(self):
        return self.decision(lambda book, now: lapse(book, timedelta(hours=72), now=now))


async def play(scenario, groups):
    await scenario.open()
    for group in groups:
        decisions = []
        for verb, *what in group:
            made = getattr(scenario, verb)(*what)
            decisions.append(await made if asyncio.iscoroutine(made) else made)
        await scenario.take(*[decision for decision in decisions if decision is not None])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(steps, min_size=1, max_size=4), max_size=8))
def test_after_every_commit_rows_pages_and_cached_book_agree(groups):
    scenario = Scenario()
    asyncio.run(play(scenario, groups))


async def test_credit_refunded_to_a_lapsed_lot_is_in_its_closed_row():
    scenario = Scenario()
    await play(
        scenario,
        [
            [("grant", 100)],
            [("debit", 30)],
            [("debit", 70)],
            [("wait", 400 * 24)],
            [("lapse",)],
            [("correct", 0, 10)],
            [("correct", 1, 0)],
        ],
    )
    [lot] = await reads.all_lots(scenario.table, ACCOUNT)
    assert (lot.remaining, lot.consumed, lot.expired) == (0, 10, 90)  # it pays again for the call it had paid
