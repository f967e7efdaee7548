"""The final checks: the whole audit, and comparisons with external services."""

import math
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from shared.audit.finding import Invariant
from shared.ledger.balance import spendable
from shared.ledger.settle import is_unsettled
from shared.ledger.slot import SlotState
from shared.notices.administrators import administrator_of
from shared.notices.recipients import readers_of
from shared.ports import PaymentState
from shared.posting.decision import event
from shared.posting.journal.keys import HEAD, OUTBOX
from shared.posting.journal.pages import Page
from shared.posting.journal.rows import Loaded, loaded_from
from shared.use_cases.accounts.audit_accounts import audit_accounts
from shared.use_cases.payments.reconcile_payments import DifferenceKind, reconcile_payments
from tests.simulation.checks import holds, usage
from tests.simulation.checks.answers import answers
from tests.simulation.checks.books import Books
from tests.simulation.checks.brakes import brakes
from tests.simulation.checks.cards import forgotten_cards
from tests.simulation.checks.continued import continued
from tests.simulation.checks.money import Money
from tests.simulation.checks.money_back import money_back
from tests.simulation.checks.rebuilding import rebuilds
from tests.simulation.checks.recharges import Recharges
from tests.simulation.checks.reports import reports
from tests.simulation.checks.statements import statements
from tests.simulation.checks.transactions import Transactions
from tests.simulation.checks.zero_notices import is_zero_notice_lost, zero_notices
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.scenario import Scenario
from tests.simulation.scenarios.telephony import Telephony


async def findings(
    sim: Simulation, scenario: Scenario, money: Money, recharges: Recharges, transactions: Transactions
) -> AsyncIterator[str]:
    """Every violation in the final state."""
    worker = sim.running()
    assert worker is not None
    audited = await audit_accounts(worker.services)
    for finding in audited:
        if finding.invariant is not Invariant.LIMIT or scenario.lots_max < math.inf:
            yield f"audit: {finding}"
    if not audited:
        async for words in continued(sim, worker):
            yield words
    books = Books(sim)
    for check in _checks(sim, books, scenario, money=money, recharges=recharges, transactions=transactions):
        for words in check:
            yield words
    async for words in reports(worker.services, books):
        yield words
    for difference in await reconcile_payments(worker.services, sim.began - timedelta(days=1)):
        if difference.kind is not DifferenceKind.CANCELLED or not _is_orphan(sim, difference.payment):
            yield f"6: {difference}"


def _checks(
    sim: Simulation, books: Books, scenario: Scenario, *, money: Money, recharges: Recharges, transactions: Transactions
) -> Sequence[Iterator[str]]:
    """The checks that read the rows of the run."""
    return (
        usage.ends(books, scenario.sent),
        usage.in_suspense(books),
        usage.reversed_once(books),
        money.end(books.lots),
        money_back(sim, books, books.lots),
        recharges.end(books, scenario.cap),
        answers(sim, books, scenario),
        _notices(sim, books),
        zero_notices(books),
        _lost_zero_notices(sim),
        _catch_ups(books, transactions),
        _at_rest(sim),
        forgotten_cards(books.pages),
        holds.ends(books),
        holds.payments(books),
        holds.reports(books, scenario.sent),
        rebuilds(sim, books),
        brakes(books),
        statements(books),
        *_of_telephony(books, scenario),
    )


def _of_telephony(books: Books, scenario: Scenario) -> Sequence[Iterator[str]]:
    if not isinstance(scenario, Telephony):
        return ()
    return holds.answers(books, scenario.asked), holds.pools(books, scenario.size_max)


def _is_orphan(sim: Simulation, payment: str) -> bool:
    """A payment created again under a forgotten key and never confirmed: harmless, the reconciliation cancels it."""
    return not any(charge.payment == payment for charge in sim.provider.charges)


def _notices(sim: Simulation, books: Books) -> Iterator[str]:
    """Each notice is delivered at least once to every group of recipients, unless it is permanently refused."""
    delivered = {*sim.mail.taken, *sim.mail.refused}
    for account, name in books.notices:
        settings = _loaded(sim, account).book.settings
        zone = _loaded(sim, account).book.terms.time_zone
        administrators = [administrator_of(entry) for entry in settings.known_administrators]
        for readers in readers_of(administrators, locale="en", time_zone=zone):
            key = event("notice", account, name, readers.identity, content="").key
            if uuid5(NAMESPACE_URL, f"notice:{key}") not in delivered:
                yield f"9: notice {name} was never delivered to {readers.addresses}"


def _lost_zero_notices(sim: Simulation) -> Iterator[str]:
    """Accounts with nothing to spend and no pending work whose administrators were not notified."""
    for account, rows in sim.ledger.rows.partitions.items():
        if HEAD in rows and is_zero_notice_lost(_loaded(sim, account).book, sim.now()):
            yield f"9: {account} has nothing to spend, and nobody was notified"


def _catch_ups(books: Books, transactions: Transactions) -> Iterator[str]:
    """An account has at most as many catch-ups that send messages as it had alarms, however often these were sent."""
    for account, pages in books.pages.items():
        catch_ups = sum(map(_only_sends_messages, pages, pages[1:]))
        alarms = transactions.history[account].alarms
        if catch_ups > alarms:
            yield f"9: {alarms} alarms of {account} led to {catch_ups} catch-ups that sent messages"


def _only_sends_messages(before: Page, page: Page) -> bool:
    """Whether a page only sends messages, and does not change the slot."""
    facts = page.facts
    does = facts["movements"] or facts["marks"] or "settings" in facts or "intents" in facts
    return bool(facts["outbox"]) and not does and facts["after"]["slot"] == before.facts["after"]["slot"]


def _at_rest(sim: Simulation) -> Iterator[str]:
    """Nothing is left to do: no outbox, settleable overdraft, open purchase, active slot or missing recharge."""
    for account, rows in sim.ledger.rows.partitions.items():
        if HEAD not in rows:
            continue
        book = _loaded(sim, account).book
        if any(key.startswith(OUTBOX) for key in rows):
            yield f"9: the outbox of {account} is not empty"
        if is_unsettled(book, now=sim.now()):
            yield f"8: {account} has overdraft despite free funds"
        if book.intents:
            yield f"6: purchases of {account} never end: {list(book.intents)}"
        if book.slot.state not in {SlotState.IDLE, SlotState.DECLINED}:
            yield f"6: the slot of {account} stays {book.slot.state}"
        order, left = book.settings.auto_recharge, spendable(book, sim.now())
        is_enabled = order is not None and order.enabled and any(not card.refused for card in book.settings.cards)
        is_told = (book.pause.reason is not None and book.pause.told) or book.brake.has_braked
        is_idle = book.slot.state is SlotState.IDLE and not is_told
        if is_idle and is_enabled and order is not None and left <= order.trigger:
            yield f"3: {account} has {left} to spend, {order.trigger} is the trigger, and no recharge was started"
    for payment in sim.provider.payments.values():
        if payment.state in {PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION}:
            yield f"6: {payment.id} stays {payment.state}"


def _loaded(sim: Simulation, account: str) -> Loaded:
    loaded = loaded_from(row for key, row in sim.ledger.partition(account).items() if key.startswith("a:"))
    assert loaded is not None
    return loaded
