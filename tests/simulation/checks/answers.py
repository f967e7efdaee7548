"""What people were answered, held against what came of it: nothing refused although it was committed, nor reverse."""

from collections.abc import Iterator

from shared.kernel.ids import AccountId, PaymentId, digest
from shared.ledger.intent import Intent, IntentState
from shared.ports import PaymentState
from tests.simulation.checks.books import Books
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.people import Wish
from tests.simulation.scenarios.scenario import Scenario

CREATED = 201


def answers(sim: Simulation, books: Books, scenario: Scenario) -> Iterator[str]:
    """Grants and purchases."""
    for account, reference in dict.fromkeys((wish.account, wish.reference) for wish in scenario.grants):
        wishes = [wish for wish in scenario.grants if (wish.account, wish.reference) == (account, reference)]
        yield from _granted(books, wishes)
    for wish in scenario.purchases:
        yield from _bought(books, wish)
    yield from _throttled(books, scenario.purchases)
    for intents in books.intents.values():
        for intent in intents.values():
            yield from _paid(sim, intent)


def _granted(books: Books, wishes: list[Wish]) -> Iterator[str]:
    """One reference, booked once, with its amount, when anybody was told so; never when everybody was refused.

    A try that was never answered may land behind the refusal of the next one: nobody can promise anything about it.
    """
    one, told = wishes[0], [wish.answer for wish in wishes]
    lots = [lot for lot in books.lots.get(one.account, ()) if lot.reference == one.reference]
    most = int(CREATED in told or any(wish.lost for wish in wishes))
    if not int(CREATED in told) <= len(lots) <= most or any(lot.original != one.micros for lot in lots):
        yield f"the grant {one.reference} was answered {told} and made {len(lots)} lots"
    if "already_exists" in told and not lots:
        yield f"the grant {one.reference} was said to exist and does not"
    if set(told) == {"already_exists"}:
        yield f"whoever made the grant {one.reference} was told that somebody else had"


def _bought(books: Books, wish: Wish) -> Iterator[str]:
    """What was confirmed exists; an end that was told is the end."""
    if wish.answer != CREATED:
        return
    intent = books.intents[wish.account].get(wish.facts["id"])
    told = IntentState(wish.facts["state"])
    if intent is None:
        yield f"{wish.reference} was confirmed and is not there"
    elif told not in {IntentState.PROCESSING, IntentState.REQUIRES_ACTION} and intent.state is not told:
        yield f"{wish.reference} was told to be {told} and is {intent.state}"


def _throttled(books: Books, wishes: list[Wish]) -> Iterator[str]:
    """Whoever was told that too many cards were tried has bought nothing, unless a try before was never answered."""
    told: dict[tuple[AccountId, str], list[Wish]] = {}
    for wish in wishes:
        told.setdefault((wish.account, wish.reference), []).append(wish)
    for (account, reference), same in told.items():
        name = digest(account, reference)[:10]
        is_there = any(intent.endswith(f"-{name}") for intent in books.intents[account])
        if is_there and all(wish.answer == "too_many_requests" and not wish.lost for wish in same):
            yield f"{reference} was throttled and is there all the same"


def _paid(sim: Simulation, intent: Intent) -> Iterator[str]:
    """A purchase has succeeded when its payment has; one that ended otherwise is never charged."""
    payment = sim.provider.payments.get(PaymentId(intent.payment))
    is_taken = payment is not None and payment.state is PaymentState.SUCCEEDED
    if is_taken != (intent.state is IntentState.SUCCEEDED):
        yield f"6: purchase {intent.id} is {intent.state}, its payment {payment.state if payment else 'was never made'}"
