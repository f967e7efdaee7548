"""The keys with which dialable names are concealed in pages (R27)."""

from typing import Protocol

from shared.kernel.ids import AccountId


class NumberKeys(Protocol):
    """One secret key an account, made when it is first needed. Raises `UnavailableError`."""

    async def key(self, account: AccountId) -> bytes:
        """The account's key; the same for ever."""
        ...
