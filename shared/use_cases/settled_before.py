"""Whether an event was settled before: asked when a decision about it was refused.

The rules judge the account as it is now, and what they would refuse now may have been done long ago: the lot that made
one too many is the very one that is asked for again. So a refusal is told only to those who ask for the first time.
"""

from shared.kernel.ids import AccountId
from shared.posting import reading
from shared.posting.decision import Conflict, Duplicate, Event
from shared.service.services import Services


async def settled_before(services: Services, account: AccountId, event: Event) -> Duplicate | Conflict | None:
    """What the loop would have answered, had the decision not been refused; None for an event that is new."""
    mark = (await reading.marks(services.ledger.table, account, [event])).get(event.key)
    if mark is None:
        return None
    return Duplicate(mark) if mark.event.content == event.content else Conflict(mark)
