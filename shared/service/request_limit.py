"""The limit of requests per tenant: a token bucket in the memory of this process."""

from collections import OrderedDict
from collections.abc import Callable

from shared.kernel.ids import AccountId

TENANTS_MAX = 10_000
"""Tenants that are remembered. One whose bucket is full again may be forgotten. Only valid tokens get here, so a
tenant is hardly ever forgotten early; the limit bounds the memory.
"""


class RequestLimit:
    """*per_minute* requests a tenant, as many at once after a quiet minute. *monotonic* gives seconds that only go
    forward.
    """

    def __init__(self, per_minute: int, monotonic: Callable[[], float]) -> None:
        self._interval = 60.0 / per_minute
        self._monotonic = monotonic
        self._full_at: OrderedDict[AccountId, float] = (
            OrderedDict()
        )  # when each bucket is full again; who asked last stands last

    def take(self, tenant: AccountId) -> float | None:
        """Take one request out of the tenant's bucket and return None; where it is empty, the seconds until one is in
        it again.
        """
        now = self._monotonic()
        full_at = max(self._full_at.get(tenant, now), now) + self._interval
        wait = full_at - now - 60.0
        if wait > self._interval * 1e-6:  # sums of intervals are not exact
            return wait
        self._full_at[tenant] = full_at
        self._full_at.move_to_end(tenant)
        while len(self._full_at) > TENANTS_MAX:
            self._full_at.popitem(last=False)
        return None
