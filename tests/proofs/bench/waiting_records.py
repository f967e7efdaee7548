"""Stores the records of calls that wait, so that a bench counts them: no bench lasts until the alarms go off."""

from collections.abc import Iterable

from shared.kernel.ids import AccountId
from shared.service.services import Services


async def store_waiting(services: Services, accounts: Iterable[AccountId]) -> None:
    """Store what waits of each account, one after the other."""
    for account in accounts:
        assert await services.ledger.store_records(account)
