"""Compares answers with the books: nothing is refused but committed, or confirmed but missing."""

from collections.abc import Iterator

from shared.kernel.ids import AccountId, PaymentId, digest
from shared.ledger.intent import Intent, IntentState
from shared.ports import PaymentState
from tests.simulation.checks.books import Books
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.scenario import Scenario
from tests.simulation.scenarios.user_requests import UserRequest

CREATED = 201


def answers(sim: Simulation, books: Books, scenario: Scenario) -> Iterator[str]:
    """Violations in the answers to grants and purchases."""
    for account, reference in dict.fromkeys(
        (user_request.account, user_request.reference) for user_request in scenario.grants
    ):
        user_requests = [
            user_request
            for user_request in scenario.grants
            if (user_request.account, user_request.reference) == (account, reference)
        ]
        yield from _granted(books, user_requests)
    for user_request in scenario.purchases:
        yield from _bought(books, user_request)
    yield from _throttled(books, scenario.purchases)
    for intents in books.intents.values():
        for intent in intents.values():
            yield from _paid(sim, intent)


def _granted(books: Books, user_requests: list[UserRequest]) -> Iterator[str]:
    """A reference is booked once, with its amount, if a request was confirmed, and not at all if all were refused.

    An unanswered try may still be executed after a later one was refused, so it may or may not be booked.
    """
    one, received = user_requests[0], [user_request.answer for user_request in user_requests]
    lots = [lot for lot in books.lots.get(one.account, ()) if lot.reference == one.reference]
    most = int(CREATED in received or any(user_request.lost for user_request in user_requests))
    if not int(CREATED in received) <= len(lots) <= most or any(lot.original != one.micros for lot in lots):
        yield f"the grant {one.reference} was answered {received} and made {len(lots)} lots"
    if "already_exists" in received and not lots:
        yield f"the grant {one.reference} was answered with already_exists and does not exist"
    if set(received) == {"already_exists"}:
        yield f"all requests of the grant {one.reference} were answered with already_exists"


def _bought(books: Books, user_request: UserRequest) -> Iterator[str]:
    """A confirmed purchase exists, and has a final state if one was answered."""
    if user_request.answer != CREATED:
        return
    intent = books.intents[user_request.account].get(user_request.facts["id"])
    answered = IntentState(user_request.facts["state"])
    if intent is None:
        yield f"{user_request.reference} was confirmed and does not exist"
    elif answered not in {IntentState.PROCESSING, IntentState.REQUIRES_ACTION} and intent.state is not answered:
        yield f"{user_request.reference} was answered as {answered} and is {intent.state}"


def _throttled(books: Books, user_requests: list[UserRequest]) -> Iterator[str]:
    """A purchase that was refused because of too many card attempts does not exist, unless a try was unanswered."""
    by_reference: dict[tuple[AccountId, str], list[UserRequest]] = {}
    for user_request in user_requests:
        by_reference.setdefault((user_request.account, user_request.reference), []).append(user_request)
    for (account, reference), same in by_reference.items():
        name = digest(account, reference)[:10]
        is_there = any(intent.endswith(f"-{name}") for intent in books.intents[account])
        if is_there and all(
            user_request.answer == "too_many_requests" and not user_request.lost for user_request in same
        ):
            yield f"{reference} was throttled, but exists"


def _paid(sim: Simulation, intent: Intent) -> Iterator[str]:
    """A purchase has succeeded if and only if its payment has."""
    payment = sim.provider.payments.get(PaymentId(intent.payment))
    is_taken = payment is not None and payment.state is PaymentState.SUCCEEDED
    if is_taken != (intent.state is IntentState.SUCCEEDED):
        yield f"6: purchase {intent.id} is {intent.state}, its payment {payment.state if payment else 'was never made'}"
