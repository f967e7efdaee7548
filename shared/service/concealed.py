"""Names that are dialable numbers: pages hold a keyed digest of them instead (R27).

A user id or an event's source or id is opaque, but some telephony systems use the number itself. The key is in another
table than the pages, so nobody who has only the pages can test guesses.
"""

import hmac
import re
from hashlib import sha256

from shared.kernel.ids import AccountId
from shared.service.services import Services

_DIALABLE = re.compile(r"(?i:tel:|sips?:\+).*|\+[0-9][0-9 ().-]*", re.DOTALL)

CONCEALED = "number-"
"""How a concealed name begins."""

DIGITS = 32
"""Hexadecimal digits of the digest."""


def is_dialable(text: str) -> bool:
    """Whether *text* is a number that can be dialled: `tel:`, `sip:+` or `+` and digits."""
    return _DIALABLE.fullmatch(text) is not None


def is_concealed(text: str) -> bool:
    """Whether *text* stands for a concealed name."""
    return text.startswith(CONCEALED)


async def concealed(services: Services, account: AccountId, text: str) -> str:
    """*text*, or the digest that stands for it in pages, if it is dialable. Raises `UnavailableError`."""
    if not is_dialable(text):
        return text
    key = await services.number_keys.key(account)
    return CONCEALED + hmac.new(key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()[:DIGITS]
