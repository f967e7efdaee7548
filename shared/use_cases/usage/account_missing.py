"""Why an account refuses usage: it was never opened, is closed, was reopened, or has lost its head."""

from shared.ledger.book import Refused, Terms
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.service.services import Services
from shared.use_cases.usage.envelope import Named
from shared.use_cases.usage.reason import Reason, Unbookable

UNKNOWN = Unbookable(Reason.UNKNOWN_ACCOUNT, "no such account")
HEAD_LOST = Unbookable(Reason.UNKNOWN_ACCOUNT, "the account's head is lost")


async def newer_terms(services: Services, terms: Terms) -> Terms | None:
    """The account's current terms, if they are of another life than *terms*, which this process had cached."""
    now = await services.terms_now(terms.account)
    return now if now and now.epoch != terms.epoch else None


async def why_not_bookable(services: Services, item: Named) -> Unbookable:
    """Why nothing can be booked in the account: it is closed, was never opened, or must be rebuilt."""
    if await services.terms_now(item.account) is not None:
        return UNKNOWN
    first = await reads.page(services.ledger.table, item.account, 1)
    return UNKNOWN if first is None else HEAD_LOST


async def why_refused(services: Services, item: Named, refusal: Refused) -> Unbookable:
    """The same for usage that the ledger refused. It refuses usage for no other reason; if it did, the AssertionError
    would make the message end as `poison`, so that an existing account is never reported as unknown.
    """
    if refusal.code != UNKNOWN_ACCOUNT.code:
        raise AssertionError(f"usage was refused: {refusal.code}")
    return await why_not_bookable(services, item)
