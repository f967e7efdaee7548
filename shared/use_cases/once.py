"""Requests with an Idempotency-Key: a repeated one is answered like the first, one with other content is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.ids import AccountId
from shared.ledger.book import Book, Refused
from shared.posting.decision import Conflict, Decision, Duplicate, FurtherEventSettled, Posted
from shared.service.http import REPLAYED, ProblemError, refused
from shared.service.services import Services


@dataclass(frozen=True, slots=True)
class PostedOnce:
    """What the first request stored, and the headers of the answer. *book*: the account after it; None for a repeat."""

    result: Mapping[str, str]
    headers: Mapping[str, str]
    book: Book | None


async def post_once(services: Services, account: AccountId, decision: Decision, what: str, settled: str) -> PostedOnce:
    """Post *decision*, whose event is that of the key. *what* names the request, *settled* says that a further event
    was settled before. Raises ProblemError for a refusal and for a key that was used for something else.
    """
    answer = await services.ledger.post(account, decision)
    match answer:
        case Posted(result=result, book=book):
            return PostedOnce(result, {}, book)
        case Duplicate(marker):
            return PostedOnce(marker.result, REPLAYED, None)
        case Conflict():
            raise ProblemError("idempotency_conflict", f"this Idempotency-Key was used before for another {what}")
        case FurtherEventSettled():
            raise ProblemError("already_exists", settled)
        case Refused():
            raise refused(answer)
        case _:
            raise AssertionError(f"a {what} always changes the book")
