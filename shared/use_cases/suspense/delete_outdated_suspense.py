"""Delete items at the end of their retention (R27): they hold full phone numbers, so none is kept for ever."""

import logging

from shared.service.services import Services

log = logging.getLogger(__name__)


async def delete_outdated_suspense(services: Services) -> int:
    """Delete every item that is outdated by the service's clock, and return how many. Items that were still open are
    logged as a warning: their usage will never be booked.
    """
    now, rules = services.clock.now(), services.rules
    deleted = await services.suspense.delete_outdated(now - rules.closed_kept, now - rules.suspense_kept)
    log.info("suspense: %d items deleted", deleted.items)
    if deleted.were_open:
        log.warning("suspense: %d of the deleted items were open and were never booked", deleted.were_open)
    return deleted.items
