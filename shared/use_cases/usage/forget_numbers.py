"""Delete the phone numbers of calls at the end of their retention (R27). What pages hold of a call stays listed."""

import logging

from shared.service.services import Services

log = logging.getLogger(__name__)


async def forget_numbers(services: Services) -> int:
    """Delete the numbers of every account's calls that are older than the retention, by the service's clock, and return
    how many calls had some. Raises `UnavailableError`; what was deleted until then is not read again.
    """
    before = services.clock.now() - services.rules.records_kept
    forgotten = 0
    async for account in services.registry.accounts():
        forgotten += await services.reports.calls.forget_numbers(account, before)
    log.info("call records: the numbers of %d calls deleted", forgotten)
    return forgotten
