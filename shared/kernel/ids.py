"""Types of ids, and digests. Storage keys are digests of length-prefixed parts, never raw input."""

import re
from hashlib import sha256
from typing import NewType

AccountId = NewType("AccountId", str)
"""A tenant's GUID in lower case: an account *is* a tenant."""

LotId = NewType("LotId", str)
PaymentId = NewType("PaymentId", str)
"""The payment provider's id of one payment."""

CardId = NewType("CardId", str)
"""The payment provider's id of one stored card."""

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def account_id(text: str) -> AccountId:
    """The account that *text* names; ValueError when it is not a GUID."""
    folded = text.lower()
    if _GUID.fullmatch(folded) is None:
        message = "an account is named by a GUID"
        raise ValueError(message)
    return AccountId(folded)


def digest(*parts: str | bytes) -> str:
    """A hexadecimal SHA-256 over *parts*, each preceded by its length, so that ("a", "bc") and ("ab", "c") differ.
    Texts are encoded as UTF-8.
    """
    encoded = [part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass") for part in parts]
    return sha256(b"".join(len(part).to_bytes(8, "big") + part for part in encoded)).hexdigest()
